"""Start one of the servers that are run from Python: serve.py SERVER HOST PORT [TLS_FILE]."""

from __future__ import annotations

import asyncio
import http.server
import socket
import ssl
import sys
from typing import Any

import app


def http_server(host: str, port: int, tls: str | None) -> None:
    """Serve with the standard library."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/health" and app.FAULT == "slow":
                app.time.sleep(app.SLOW_S)
            status, body = app.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815 (the name is the base class's)

    class Server(http.server.ThreadingHTTPServer):
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET

    server = Server((host, port), Handler)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()


def flask(host: str, port: int, tls: str | None) -> None:
    """Serve with Flask's own server."""
    from flask import Flask  # noqa: PLC0415 (one server needs it)

    flask_app = Flask("app")

    @flask_app.route("/")
    @flask_app.route("/health")
    def page() -> Any:
        from flask import request  # noqa: PLC0415 (one server needs it)

        if request.path == "/health" and app.FAULT == "slow":
            app.time.sleep(app.SLOW_S)
        status, body = app.answer(request.path)
        return body, status

    flask_app.run(host=host, port=port, ssl_context=(tls, tls) if tls else None)


def waitress(host: str, port: int, _tls: str | None) -> None:
    """Serve with Waitress."""
    from waitress import serve  # noqa: PLC0415 (one server needs it)

    print(f"Serving on http://{host}:{port}", flush=True)
    serve(app.wsgi, host=host, port=port, ident=None)


def bottle(host: str, port: int, _tls: str | None) -> None:
    """Serve with Bottle and the standard library's WSGI server."""
    import bottle  # noqa: PLC0415 (one server needs it)

    bottle.run(app.wsgi, host=host, port=port)


def aiohttp(host: str, port: int, tls: str | None) -> None:
    """Serve with aiohttp."""
    from aiohttp import web  # noqa: PLC0415 (one server needs it)

    async def page(request: web.Request) -> web.Response:
        if request.path == "/health" and app.FAULT == "slow":
            await asyncio.sleep(app.SLOW_S)
        status, body = app.answer(request.path)
        return web.Response(status=status, body=body)

    server = web.Application()
    server.router.add_get("/{path:.*}", page)
    context = None
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls)
    web.run_app(server, host=host, port=port, ssl_context=context)


def tornado(host: str, port: int, _tls: str | None) -> None:
    """Serve with Tornado, which prints nothing by itself."""
    import tornado.web  # noqa: PLC0415 (one server needs it)

    class Page(tornado.web.RequestHandler):
        async def get(self, path: str) -> None:
            if path == "health" and app.FAULT == "slow":
                await asyncio.sleep(app.SLOW_S)
            status, body = app.answer(f"/{path}")
            self.set_status(status)
            self.write(body)

        head = get

    async def run() -> None:
        tornado.web.Application([("/(.*)", Page)]).listen(port, host)
        await asyncio.Event().wait()

    asyncio.run(run())


SERVERS = {
    "http.server": http_server,
    "flask": flask,
    "waitress": waitress,
    "bottle": bottle,
    "aiohttp": aiohttp,
    "tornado": tornado,
}

if __name__ == "__main__":
    name, host, port, *tls = sys.argv[1:]
    number = int(port)
    app.before_start()
    SERVERS[name](host, number, tls[0] if tls else None)
