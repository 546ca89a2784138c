"""Servers and frameworks of Go, .NET, PHP, Elixir, Rust and static servers: what they print from start to first request."""

from __future__ import annotations

from .model import Framework

__all__ = ["FRAMEWORKS"]

GO = "{clock:%Y/%m/%d %H:%M:%S} "
ECHO = ("   ____    __", "  / __/___/ /  ___", " / _// __/ _ \\/ _ \\", "/___/\\__/_//_/\\___/ v4.12.0", "High performance, minimalist Go web framework", "https://echo.labstack.com", "____________________________________O/_______", "                                    O\\")
KESTREL = ("info: Microsoft.Hosting.Lifetime[0]", "      Application started. Press Ctrl+C to shut down.", "info: Microsoft.Hosting.Lifetime[0]", "      Hosting environment: Production", "info: Microsoft.Hosting.Lifetime[0]", "      Content root path: {root}")
ELIXIR = "{clock:%H:%M:%S}.{ms} [info] "

FRAMEWORKS = (
    Framework("", "go", "bin/server", ("§" + GO + "Listening on :{port}",), 8080, loopback=("§" + GO + "Listening on localhost:{port}",), near="localhost", names=("go",), stream="ERR", seconds=0.3),
    Framework("", "go", "./main", ("§" + GO + "Server started on port {port}",), 8080, boot=(GO + "Connected to postgres",), loopback=("§" + GO + "Server started at http://127.0.0.1:{port}",), names=("go",), stream="ERR", seconds=0.4),
    Framework(
        "gin", "go", "bin/api", ("§[GIN-debug] Listening and serving HTTP on :{port}",), 8080, boot=("[GIN-debug] [WARNING] Creating an Engine instance with the Logger and Recovery middleware already attached.", '[GIN-debug] [WARNING] Running in "debug" mode. Switch to "release" mode in production.', "[GIN-debug] GET    /api/items                --> main.listItems (3 handlers)"),
        loopback=("§[GIN-debug] Listening and serving HTTP on 127.0.0.1:{port}",), served='[GIN] {clock:%Y/%m/%d - %H:%M:%S} | {status} |    1.204ms |     10.1.22.14 | GET      "{path}"', seconds=0.3,
    ),
    Framework("echo", "go", "bin/echo-api", (*ECHO, "§⇨ http server started on [::]:{port}"), 1323, loopback=(*ECHO, "§⇨ http server started on 127.0.0.1:{port}"), address="::", seconds=0.3),
    Framework(
        "fiber", "go", "bin/fiber", (" ┌───────────────────────────────────────────────────┐ ", " │                   Fiber v2.52.4                   │ ", " │               http://127.0.0.1:{port}              │ ", "§ │       (bound on host 0.0.0.0 and port {port})       │ ", " │ Handlers ............. 9  Processes ........... 1 │ ", " └───────────────────────────────────────────────────┘ "), 3000,
        loopback=(" ┌───────────────────────────────────────────────────┐ ", " │                   Fiber v2.52.4                   │ ", "§ │               http://127.0.0.1:{port}              │ ", " │ Handlers ............. 9  Processes ........... 1 │ ", " └───────────────────────────────────────────────────┘ "), address="0.0.0.0", seconds=0.3,
    ),
    Framework("caddy", "static", "caddy file-server --listen :$PORT --root public", ("§Caddy serving static files on :{port}",), 8080, boot=('{{"level":"info","ts":1714150712.11,"logger":"admin","msg":"admin endpoint started","address":"localhost:2019","enforce_origin":false,"origins":["//localhost:2019","//[::1]:2019","//127.0.0.1:2019"]}}', '{{"level":"info","ts":1714150712.12,"logger":"http.log","msg":"server running","name":"static","protocols":["h1","h2","h3"]}}'), fixed="caddy file-server --listen :8080 --root public", stream="ERR", seconds=0.4),
    Framework(
        "aspnet-core", "dotnet", "dotnet Shop.Api.dll --urls http://0.0.0.0:$PORT", ("info: Microsoft.Hosting.Lifetime[14]", "§      Now listening on: http://0.0.0.0:{port}", *KESTREL), 5000,
        loopback=("info: Microsoft.Hosting.Lifetime[14]", "§      Now listening on: http://localhost:{port}", *KESTREL), fixed="dotnet Shop.Api.dll", address="0.0.0.0", near="localhost", names=("kestrel",), seconds=3,
    ),
    Framework(
        "aspnet-core", "dotnet", "cd $HOME/out && dotnet Web.dll", ("Hosting environment: Production", "Content root path: {root}/out", "§Now listening on: http://[::]:{port}", "Application started. Press Ctrl+C to shut down."), 5000,
        loopback=("Hosting environment: Production", "Content root path: {root}/out", "§Now listening on: http://127.0.0.1:{port}", "Application started. Press Ctrl+C to shut down."), address="::", names=("kestrel",), seconds=3,
    ),
    Framework("php", "php", "php -S 0.0.0.0:$PORT -t public", ("§[{clock:%a %b %d %H:%M:%S %Y}] PHP 8.2.20 Development Server (http://0.0.0.0:{port}) started",), 8000, loopback=("§[{clock:%a %b %d %H:%M:%S %Y}] PHP 8.2.20 Development Server (http://127.0.0.1:{port}) started",), fixed="php -S 0.0.0.0:8000 -t public", address="0.0.0.0", served="[{clock:%a %b %d %H:%M:%S %Y}] 10.1.22.6:50122 [{status}]: GET {path}", stream="ERR", seconds=0.4),
    Framework("laravel", "php", "php artisan serve --host=0.0.0.0 --port=$PORT", ("", "§   INFO  Server running on [http://0.0.0.0:{port}].  ", "", "  Press Ctrl+C to stop the server", ""), 8000, loopback=("", "§   INFO  Server running on [http://127.0.0.1:{port}].  ", "", "  Press Ctrl+C to stop the server", ""), fixed="php artisan serve --host=0.0.0.0", address="0.0.0.0", names=("php",), seconds=1.5),
    Framework(
        "phoenix", "elixir", "mix phx.server", ("§" + ELIXIR + "Running ShopWeb.Endpoint with cowboy 2.12.0 at 0.0.0.0:{port} (http)", ELIXIR + "Access ShopWeb.Endpoint at https://shop.example.com"), 4000,
        loopback=("§" + ELIXIR + "Running ShopWeb.Endpoint with cowboy 2.12.0 at 127.0.0.1:{port} (http)", ELIXIR + "Access ShopWeb.Endpoint at http://localhost:{port}"), address="0.0.0.0", served=ELIXIR + "Sent {status} in 12ms", seconds=4,
    ),
    Framework("phoenix", "elixir", "bin/shop start", ("§" + ELIXIR + "Running ShopWeb.Endpoint with Bandit 1.5.7 at :::{port} (http)", ELIXIR + "Access ShopWeb.Endpoint at https://shop.example.com"), 4000, loopback=("§" + ELIXIR + "Running ShopWeb.Endpoint with Bandit 1.5.7 at ::1:{port} (http)",), near="::1", address="::", seconds=3),
    Framework("actix", "rust", "./target/release/shop", ("[{clock:%Y-%m-%dT%H:%M:%S}Z INFO  actix_server::builder] starting 2 workers", "[{clock:%Y-%m-%dT%H:%M:%S}Z INFO  actix_server::server] Actix runtime found; starting in Actix runtime", '§[{clock:%Y-%m-%dT%H:%M:%S}Z INFO  actix_server::server] starting service: "actix-web-service-0.0.0.0:{port}", workers: 2, listening on: 0.0.0.0:{port}'), 8080, loopback=('§[{clock:%Y-%m-%dT%H:%M:%S}Z INFO  actix_server::server] starting service: "actix-web-service-127.0.0.1:{port}", workers: 2, listening on: 127.0.0.1:{port}',), address="0.0.0.0", stream="ERR", seconds=0.3),
    Framework("", "rust", "./target/release/axum-api", ("§{clock:%Y-%m-%dT%H:%M:%S}.{ms}112Z  INFO axum_api: listening on 0.0.0.0:{port}",), 3000, loopback=("§{clock:%Y-%m-%dT%H:%M:%S}.{ms}112Z  INFO axum_api: listening on 127.0.0.1:{port}",), address="0.0.0.0", names=("axum", "rust"), seconds=0.3),
    Framework("rocket", "rust", "./target/release/rocket-app", ("🔧 Configured for release.", "   >> address: 0.0.0.0", "   >> port: {port}", "   >> workers: 2", "§🚀 Rocket has launched from http://0.0.0.0:{port}"), 8000, loopback=("🔧 Configured for release.", "   >> address: 127.0.0.1", "   >> port: {port}", "   >> workers: 2", "§🚀 Rocket has launched from http://127.0.0.1:{port}"), address="0.0.0.0", seconds=0.3),
    Framework("warp", "rust", "./warp-app", ("§{clock:%Y-%m-%dT%H:%M:%S}.{ms}031Z  INFO Server::run{{addr=0.0.0.0:{port}}}: warp::server: listening on http://0.0.0.0:{port}",), 3030, loopback=("§{clock:%Y-%m-%dT%H:%M:%S}.{ms}031Z  INFO Server::run{{addr=127.0.0.1:{port}}}: warp::server: listening on http://127.0.0.1:{port}",), address="0.0.0.0", stream="ERR", seconds=0.3),
)
