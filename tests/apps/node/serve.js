// Start one of the Node servers: node serve.js SERVER HOST PORT [TLS_FILE]; FAULT as in ../python/app.py.
const fs = require("fs");
const [server, host, portText, tls] = process.argv.slice(2);
const fault = process.env.FAULT || "right";
const port = Number(portText);

function answer(path, reply) {
  const failing = path === "/health" && fault === "failing";
  const send = () => reply(failing ? 503 : 200, failing ? "not ready\n" : "hello\n");
  if (path === "/health" && fault === "slow") setTimeout(send, Number(process.env.SLOW_S || "7") * 1000);
  else send();
}

const plain = (request, response) =>
  answer(request.url, (status, body) => {
    response.writeHead(status);
    response.end(body);
  });

const starters = {
  http() {
    const made = tls
      ? require("https").createServer({ key: fs.readFileSync(tls), cert: fs.readFileSync(tls) }, plain)
      : require("http").createServer(plain);
    made.listen({ port, host, ipv6Only: host === "::" }, () => console.log("server started"));
  },
  express() {
    const app = require("express")();
    app.use((request, response) => answer(request.path, (status, body) => response.status(status).send(body)));
    const made = app.listen(port, host, (error) => {
      if (error) throw error;
      console.log(`Example app listening on port ${port}`);
    });
    return made;
  },
  fastify() {
    const app = require("fastify")({ logger: true });
    app.all("/*", (request, reply) => answer(request.url, (status, body) => reply.code(status).send(body)));
    app.listen({ port, host }, (error) => {
      if (error) throw error;
    });
  },
};

function start() {
  starters[server]();
}

if (fault === "crash") throw new Error("the template folder has no index page");
else if (fault === "exits") console.log("nothing to do");
else if (fault === "never") {
  console.log("hello from the app");
  setInterval(() => {}, 60000);
} else if (fault === "late") {
  console.log("warming up the search index");
  setTimeout(start, Number(process.env.LATE_S || "5") * 1000);
} else start();
