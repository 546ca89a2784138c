"""Servers and frameworks of Python and R: what they print from start to first request."""

from __future__ import annotations

from .model import Framework

__all__ = ["FRAMEWORKS"]

GUNICORN = "[{clock:%Y-%m-%d %H:%M:%S} +0000] [{pid}] [INFO] "
HYPERCORN = "[{clock:%Y-%m-%d %H:%M:%S} +0000] [{pid}] [INFO] "
FLASK_WARNING = "WARNING: This is a development server. Do not use it in a production deployment. Use a production WSGI server instead."
DJANGO = ("Watching for file changes with StatReloader", "Performing system checks...", "", "System check identified no issues (0 silenced).", "{clock:%B %d, %Y - %H:%M:%S}", "Django version 5.0.6, using settings 'core.settings'")
UVICORN = ("INFO:     Started server process [{pid}]", "INFO:     Waiting for application startup.", "INFO:     Application startup complete.")
ACCESS = '10.1.4.22 - - [{clock:%d/%b/%Y:%H:%M:%S} +0000] "GET {path} HTTP/1.1" {status} 4312 "-" "Mozilla/5.0"'
WORKER = GUNICORN.replace("{pid}", "{child}") + "Booting worker with pid: {child}"

FRAMEWORKS = (
    Framework(
        "gunicorn", "python", "gunicorn core.wsgi --log-file -", ("§" + GUNICORN + "Listening at: http://0.0.0.0:{port} ({pid})", GUNICORN + "Using worker: sync", WORKER), 8000,
        boot=(GUNICORN + "Starting gunicorn 22.0.0",), loopback=("§" + GUNICORN + "Listening at: http://127.0.0.1:{port} ({pid})", GUNICORN + "Using worker: sync", WORKER),
        fixed="gunicorn -b 0.0.0.0:8000 core.wsgi", address="0.0.0.0", served=ACCESS, stream="ERR", names=("django",),
    ),
    Framework(
        "gunicorn", "python", "gunicorn --bind 0.0.0.0:$PORT app:app", ("§" + GUNICORN + "Listening at: http://0.0.0.0:{port} ({pid})", GUNICORN + "Using worker: gthread", WORKER), 8000,
        boot=(GUNICORN + "Starting gunicorn 20.1.0",), loopback=("§" + GUNICORN + "Listening at: http://127.0.0.1:{port} ({pid})", GUNICORN + "Using worker: gthread", WORKER),
        fixed="gunicorn -c gunicorn.conf.py app:app", address="0.0.0.0", served=ACCESS, stream="ERR",
    ),
    Framework(
        "uvicorn", "python", "uvicorn main:app --host 0.0.0.0 --port $PORT", ("§INFO:     Uvicorn running on http://0.0.0.0:{port} (Press CTRL+C to quit)",), 8000,
        boot=UVICORN, loopback=("§INFO:     Uvicorn running on http://127.0.0.1:{port} (Press CTRL+C to quit)",), fixed="uvicorn main:app --host 0.0.0.0", address="0.0.0.0",
        served='INFO:     10.1.22.7:41250 - "GET {path} HTTP/1.1" {status}', stream="ERR", names=("fastapi",),
    ),
    Framework(
        "uvicorn", "python", "python main.py", ("§INFO:     Uvicorn running on http://0.0.0.0:{port} (Press CTRL+C to quit)", "INFO:     Started parent process [{pid}]", "INFO:     Started server process [{child}]", "INFO:     Waiting for application startup.", "INFO:     Application startup complete."), 8000,
        loopback=("§INFO:     Uvicorn running on http://127.0.0.1:{port} (Press CTRL+C to quit)", "INFO:     Started server process [{child}]", "INFO:     Waiting for application startup.", "INFO:     Application startup complete."), address="0.0.0.0", stream="ERR", names=("fastapi",),
    ),
    Framework("hypercorn", "python", "hypercorn app:app -b 0.0.0.0:$PORT", ("§" + HYPERCORN + "Running on http://0.0.0.0:{port} (CTRL + C to quit)",), 8000, loopback=("§" + HYPERCORN + "Running on http://127.0.0.1:{port} (CTRL + C to quit)",), fixed="hypercorn app:app -b 0.0.0.0:8000", address="0.0.0.0", stream="ERR"),
    Framework(
        "daphne", "python", "daphne -b 0.0.0.0 -p $PORT core.asgi:application", ("§{clock:%Y-%m-%d %H:%M:%S},{ms} INFO     Listening on TCP address 0.0.0.0:{port}",), 8000,
        boot=("{clock:%Y-%m-%d %H:%M:%S},{ms} INFO     Starting server at tcp:port={port}:interface=0.0.0.0", "{clock:%Y-%m-%d %H:%M:%S},{ms} INFO     HTTP/2 support not enabled (install the http2 and tls Twisted extras)"),
        fixed="daphne -b 0.0.0.0 core.asgi:application", address="0.0.0.0", stream="ERR", names=("django",),
    ),
    Framework(
        "flask", "python", "python app.py", ("§ * Running on all addresses (0.0.0.0)", "§ * Running on http://127.0.0.1:{port}", "§ * Running on http://{lan}:{port}", "Press CTRL+C to quit"), 5000,
        boot=(" * Serving Flask app 'app'", " * Debug mode: off", FLASK_WARNING), loopback=("§ * Running on http://127.0.0.1:{port}", "Press CTRL+C to quit"), served=ACCESS, stream="ERR",
    ),
    Framework(
        "flask", "python", "python run.py", ("§ * Running on http://0.0.0.0:{port}/ (Press CTRL+C to quit)",), 5000, boot=(' * Serving Flask app "run" (lazy loading)', " * Environment: production", "   " + FLASK_WARNING, " * Debug mode: off"),
        loopback=("§ * Running on http://127.0.0.1:{port}/ (Press CTRL+C to quit)",), address="0.0.0.0", served=ACCESS, stream="ERR",
    ),
    Framework(
        "django", "python", "python manage.py runserver 0.0.0.0:$PORT", ("§Starting development server at http://0.0.0.0:{port}/", "Quit the server with CONTROL-C."), 8000,
        boot=DJANGO, loopback=("§Starting development server at http://127.0.0.1:{port}/", "Quit the server with CONTROL-C."), fixed="python manage.py runserver 0.0.0.0:8000", address="0.0.0.0", served='[{clock:%d/%b/%Y %H:%M:%S}] "GET {path} HTTP/1.1" {status} 5120', seconds=4,
    ),
    Framework("waitress", "python", "waitress-serve --port=$PORT app:app", ("§INFO:waitress:Serving on http://0.0.0.0:{port}",), 8080, fixed="waitress-serve --port=8080 app:app", loopback=("§INFO:waitress:Serving on http://127.0.0.1:{port}",), address="0.0.0.0", stream="ERR"),
    Framework("aiohttp", "python", "python -m bot.web", ("§======== Running on http://0.0.0.0:{port} ========", "(Press CTRL+C to quit)"), 8080, loopback=("§======== Running on http://127.0.0.1:{port} ========", "(Press CTRL+C to quit)"), address="0.0.0.0"),
    Framework(
        "streamlit", "python", "streamlit run app.py --server.port $PORT", ("", "  You can now view your Streamlit app in your browser.", "", "§  Local URL: http://localhost:{port}", "§  Network URL: http://{lan}:{port}", "  External URL: http://203.0.113.18:{port}", ""), 8501,
        boot=("", "Collecting usage statistics. To deactivate, set browser.gatherUsageStats to false.", ""), fixed="streamlit run app.py", seconds=4,
    ),
    Framework(
        "gradio", "python", "python app.py", ("§* Running on local URL:  http://0.0.0.0:{port}", "", "* To create a public link, set `share=True` in `launch()`."), 7860,
        loopback=("§* Running on local URL:  http://127.0.0.1:{port}", "", "* To create a public link, set `share=True` in `launch()`."), address="0.0.0.0", seconds=9,
    ),
    Framework("dash", "python", "python dashboard.py", ("§Dash is running on http://0.0.0.0:{port}/", "", " * Serving Flask app 'dashboard'", " * Debug mode: off"), 8050, loopback=("§Dash is running on http://127.0.0.1:{port}/", "", " * Serving Flask app 'dashboard'", " * Debug mode: off"), address="0.0.0.0", names=("flask",), seconds=5),
    Framework(
        "jupyter", "python", "jupyter lab --ip=0.0.0.0 --port=$PORT --no-browser", ("[I {clock:%Y-%m-%d %H:%M:%S}.{ms} ServerApp] Jupyter Server 2.14.1 is running at:", "§[I {clock:%Y-%m-%d %H:%M:%S}.{ms} ServerApp] http://0.0.0.0:{port}/lab"), 8888,
        loopback=("[I {clock:%Y-%m-%d %H:%M:%S}.{ms} ServerApp] Jupyter Server 2.14.1 is running at:", "§[I {clock:%Y-%m-%d %H:%M:%S}.{ms} ServerApp] http://localhost:{port}/lab"), fixed="jupyter lab --ip=0.0.0.0 --no-browser", near="localhost", stream="ERR", seconds=4,
    ),
    Framework("cherrypy", "python", "python serve.py", ("§[{clock:%d/%b/%Y:%H:%M:%S}] ENGINE Serving on http://0.0.0.0:{port}", "[{clock:%d/%b/%Y:%H:%M:%S}] ENGINE Bus STARTED"), 8080, boot=("[{clock:%d/%b/%Y:%H:%M:%S}] ENGINE Listening for SIGTERM.", "[{clock:%d/%b/%Y:%H:%M:%S}] ENGINE Bus STARTING"), loopback=("§[{clock:%d/%b/%Y:%H:%M:%S}] ENGINE Serving on http://127.0.0.1:{port}", "[{clock:%d/%b/%Y:%H:%M:%S}] ENGINE Bus STARTED"), address="0.0.0.0", stream="ERR"),
    Framework("sanic", "python", "sanic server.app --host 0.0.0.0 --port $PORT", ("§[{clock:%Y-%m-%d %H:%M:%S} +0000] [{pid}] [INFO] Goin' Fast @ http://0.0.0.0:{port}", "[{clock:%Y-%m-%d %H:%M:%S} +0000] [{child}] [INFO] Starting worker [{child}]"), 8000, loopback=("§[{clock:%Y-%m-%d %H:%M:%S} +0000] [{pid}] [INFO] Goin' Fast @ http://127.0.0.1:{port}", "[{clock:%Y-%m-%d %H:%M:%S} +0000] [{child}] [INFO] Starting worker [{child}]"), fixed="sanic server.app --host 0.0.0.0", address="0.0.0.0"),
    Framework("bottle", "python", "python index.py", ("Bottle v0.13.2 server starting up (using WSGIRefServer())...", "§Listening on http://0.0.0.0:{port}/", "Hit Ctrl-C to quit."), 8080, loopback=("Bottle v0.13.2 server starting up (using WSGIRefServer())...", "§Listening on http://127.0.0.1:{port}/", "Hit Ctrl-C to quit."), address="0.0.0.0", stream="ERR"),
    Framework("", "python", "python -m http.server $PORT", ("§Serving HTTP on 0.0.0.0 port {port} (http://0.0.0.0:{port}/) ...",), 8000, fixed="python -m http.server", address="0.0.0.0", names=("python", "http-server"), stream="ERR", served=ACCESS),
    Framework(
        "shiny", "r", "R --no-echo -f app.R", ("§Listening on http://0.0.0.0:{port}",), 3838, boot=("Loading required package: shiny", ""),
        loopback=("§Listening on http://127.0.0.1:{port}",), address="0.0.0.0", stream="ERR", seconds=6, names=("r",),
    ),
    Framework("plumber", "r", "Rscript plumber.R", ("§Running plumber API at http://0.0.0.0:{port}", "Running swagger Docs at http://127.0.0.1:{port}/__docs__/"), 8000, loopback=("§Running plumber API at http://127.0.0.1:{port}", "Running swagger Docs at http://127.0.0.1:{port}/__docs__/"), address="0.0.0.0", stream="ERR", seconds=5),
)
