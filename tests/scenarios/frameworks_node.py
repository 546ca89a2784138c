"""Servers and frameworks of Node.js, Deno and Bun: what they print from start to first request."""

from __future__ import annotations

from .model import Framework

__all__ = ["FRAMEWORKS"]

NPM = ("", "> {name}@1.4.0 start", "> {script}", "")


def npm(script: str) -> tuple[str, ...]:
    """Give the banner that `npm start` prints before a script."""
    return tuple(line.replace("{script}", script) for line in NPM)


MORGAN = "GET {path} {status} 4.212 ms - 1532"
NEST = "[Nest] {pid}  - {clock:%m/%d/%Y, %I:%M:%S %p}     LOG "
PINO = '{{"level":30,"time":1714150712345,"pid":{pid},"hostname":"{machine}","msg":"%s"}}'

FRAMEWORKS = (
    Framework(
        "", "node", "node server.js", ("§Server listening on port {port}",), 3000,
        loopback=("§Server running at http://127.0.0.1:{port}/",), served=MORGAN,
    ),
    Framework(
        "", "node", "npm start", ("Connected to database", "§Server is running on port {port}"), 5000,
        boot=npm("node src/index.js"), loopback=("§Server is running on http://localhost:{port}",), near="localhost", served=MORGAN,
    ),
    Framework(
        "", "node", "node index.js", ("§Example app listening on port {port}",), 3000, names=("express",),
        loopback=("§Listening on 127.0.0.1:{port}",), served=MORGAN,
    ),
    Framework(
        "", "node", "npm start", ("§listening on *:{port}",), 3000, boot=npm("node app.js"), address="*",
        loopback=("§server listening {{ address: '127.0.0.1', family: 'IPv4', port: {port} }}",), served=MORGAN,
    ),
    Framework(
        "", "node", "yarn start", ("§🚀 Server ready at http://localhost:{port}/",), 4000,
        boot=("yarn run v1.22.19", "$ node dist/index.js"),
    ),
    Framework(
        "next", "node", "npm start", ("§   - Local:        http://localhost:{port}", "   - Network:      http://{lan}:{port}", "", " ✓ Starting...", " ✓ Ready in 612ms"), 3000,
        boot=(*npm("next start -p $PORT"), "   ▲ Next.js 14.2.5"),
        loopback=("§   - Local:        http://127.0.0.1:{port}", "   - Network:      http://127.0.0.1:{port}", " ✓ Ready in 540ms"), fixed="next start",
    ),
    Framework(
        "next", "node", "npm run start", ("§ready - started server on 0.0.0.0:{port}, url: http://localhost:{port}", "info  - Loaded env from /app/.env.production"), 3000,
        boot=npm("next start -p $PORT"), address="0.0.0.0", fixed="npm run start",
    ),
    Framework(
        "next", "node", "npm run start", ("§- ready started server on [::]:{port}, url: http://localhost:{port}",), 3000,
        boot=npm("next start"), address="::",
    ),
    Framework(
        "nest", "node", "node dist/main", (NEST + "[NestApplication] Nest application successfully started +3ms", "§Application is running on: http://[::1]:{port}"), 3000,
        boot=(NEST + "[NestFactory] Starting Nest application...", NEST + "[InstanceLoader] AppModule dependencies initialized +12ms", NEST + "[RoutesResolver] AppController {{/}}: +5ms", NEST + "[RouterExplorer] Mapped {{/, GET}} route +2ms"),
        loopback=(NEST + "[NestApplication] Nest application successfully started +3ms", "§Application is running on: http://127.0.0.1:{port}"),
    ),
    Framework(
        "", "node", "node .output/server/index.mjs", ("§Listening on http://[::]:{port}",), 3000, address="::", names=("nuxt",),
        loopback=("§Listening on http://localhost:{port}",), near="localhost",
    ),
    Framework(
        "remix", "node", "npm start", ("§[remix-serve] http://localhost:{port} (http://{lan}:{port})",), 3000, boot=npm("remix-serve ./build/server/index.js"),
        served="GET {path} {status} - - 7.431 ms",
    ),
    Framework(
        "vite", "node", "npx vite --host 0.0.0.0 --port $PORT", ("  ➜  Local:   http://localhost:{port}/", "§  ➜  Network: http://{lan}:{port}/"), 5173,
        boot=("", "  VITE v5.4.8  ready in 412 ms", ""), loopback=("§  ➜  Local:   http://localhost:{port}/", "§  ➜  Network: use --host to expose"), near="localhost", fixed="npx vite",
    ),
    Framework(
        "vite", "node", "npm run preview", ("  ➜  Local:   http://localhost:{port}/", "§  ➜  Network: http://{lan}:{port}/"), 4173,
        boot=npm("vite preview --host --port $PORT"), loopback=("§  ➜  Local:   http://localhost:{port}/", "§  ➜  Network: use --host to expose"), near="localhost",
    ),
    Framework(
        "create-react-app", "node", "npm start",
        ("Starting the development server...", "", "Compiled successfully!", "", "You can now view {name} in the browser.", "", "§  Local:            http://localhost:{port}", "  On Your Network:  http://{lan}:{port}", "", "Note that the development build is not optimized.", "To create a production build, use npm run build.", "", "webpack compiled successfully"), 3000,
        boot=npm("react-scripts start"), seconds=14, names=("react-scripts",),
    ),
    Framework(
        "webpack-dev-server", "node", "npx webpack serve --host 0.0.0.0 --port $PORT",
        ("<i> [webpack-dev-server] Project is running at:", "§<i> [webpack-dev-server] Loopback: http://localhost:{port}/, http://[::1]:{port}/", "<i> [webpack-dev-server] On Your Network (IPv4): http://{lan}:{port}/", "webpack 5.94.0 compiled successfully in 2210 ms"), 8080,
        loopback=("<i> [webpack-dev-server] Project is running at:", "§<i> [webpack-dev-server] Loopback: http://localhost:{port}/, http://127.0.0.1:{port}/", "webpack 5.94.0 compiled successfully in 2210 ms"), near="localhost", seconds=6, fixed="npx webpack serve",
    ),
    Framework(
        "angular-cli", "node", "npx ng serve --host 0.0.0.0 --port $PORT",
        ("§** Angular Live Development Server is listening on 0.0.0.0:{port}, open your browser on http://localhost:{port}/ **", "", "√ Compiled successfully."), 4200,
        loopback=("§** Angular Live Development Server is listening on localhost:{port}, open your browser on http://localhost:{port}/ **", "", "√ Compiled successfully."),
        boot=("- Generating browser application bundles (phase: setup)...",), address="0.0.0.0", near="localhost", fixed="npx ng serve", seconds=19,
    ),
    Framework(
        "fastify", "node", "node server.js", ("§" + PINO % "Server listening at http://0.0.0.0:{port}",), 3000, address="0.0.0.0",
        loopback=("§" + PINO % "Server listening at http://127.0.0.1:{port}",), served=PINO % "request completed",
    ),
    Framework(
        "fastify", "node", "node dist/app.js", ("§" + PINO % "Server listening at http://127.0.0.1:{port}", "§" + PINO % "Server listening at http://{lan}:{port}"), 3001,
    ),
    Framework("", "node", "node lib/server.js", ("§Server running on http://{machine}:{port}",), 3000, names=("hapi",)),
    Framework(
        "http-server", "node", "npx http-server dist", ("Starting up http-server, serving dist", "", "http-server version: 14.1.1", "", "Available on:", "  http://127.0.0.1:{port}", "§  http://{lan}:{port}", "Hit CTRL-C to stop the server"), 8080,
        fixed="npx http-server dist -p 8080",
    ),
    Framework("serve", "node", "npx serve -s build", ("§ INFO  Accepting connections at http://localhost:{port}",), 3000, fixed="npx serve -s build -l 3000", served=" HTTP  10.1.22.9 GET {path}"),
    Framework(
        "json-server", "node", "npx json-server --host 0.0.0.0 --port $PORT db.json", ("  \\{{^_^}}/ hi!", "  Loading db.json", "  Done", "", "  Resources", "  http://0.0.0.0:{port}/posts", "", "  Home", "§  http://0.0.0.0:{port}"), 3000,
        loopback=("  \\{{^_^}}/ hi!", "  Loading db.json", "  Done", "", "  Resources", "  http://localhost:{port}/posts", "", "  Home", "§  http://localhost:{port}"), near="localhost", fixed="npx json-server db.json", served="GET {path} {status} 6.114 ms - 432",
    ),
    Framework(
        "strapi", "node", "npm run start", ("", " Project information", "", "┌────────────────────┬──────────────────────────────┐", "│ Environment        │ production                   │", "│ Version            │ 4.25.9 (node v18.20.4)       │", "└────────────────────┴──────────────────────────────┘", "", " Actions available", "", "Welcome back!", "To manage your project 🚀, go to the administration panel at:", "§http://0.0.0.0:{port}/admin", "", "To access the server ⚡️, go to:", "http://0.0.0.0:{port}"), 1337,
        boot=npm("strapi start"), seconds=11,
    ),
    Framework("gatsby", "node", "npx gatsby serve -H 0.0.0.0 -p $PORT", ("§info gatsby serve running at: http://0.0.0.0:{port}/",), 9000, fixed="npx gatsby serve"),
    Framework(
        "deno", "deno", "deno run -A main.ts", ("§Listening on http://0.0.0.0:{port}/ (http://localhost:{port}/)",), 8000, address="0.0.0.0",
        loopback=("§Listening on http://127.0.0.1:{port}/",),
    ),
    Framework("bun", "bun", "bun run index.ts", ("§Started development server: http://localhost:{port}",), 3000),
)
