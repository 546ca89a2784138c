"""Faults of the port that the app's own lines tell: invalid, taken, privileged, never opened."""

from __future__ import annotations

from .model import Ending, Fault

__all__ = ["FAULTS"]

NODE = ("node",)
PYTHON = ("python",)
THROW = ("node:events:497", "      throw er; // Unhandled 'error' event", "      ^", "")
LISTEN_STACK = (
    "    at Server.setupListenHandle [as _listen2] (node:net:1898:16)",
    "    at listenInCluster (node:net:1946:12)",
    "    at Server.listen (node:net:2044:7)",
    "Emitted 'error' event on Server instance at:",
    "    at emitErrorNT (node:net:1925:8)",
    "    at process.processTicksAndRejections (node:internal/process/task_queues:82:21) {{",
)
NODE_END = ("}}", "", "Node.js v20.15.1")
TRACE = "Traceback (most recent call last):"
SOCKET_TRACE = (TRACE, '  File "{root}/server.py", line 31, in <module>', "    serve(app)")
GO = "{clock:%Y/%m/%d %H:%M:%S} "
SPRING_FAILED = (
    "",
    "***************************",
    "APPLICATION FAILED TO START",
    "***************************",
    "",
    "Description:",
    "",
)
UVICORN_BOOT = (
    "INFO:     Started server process [{pid}]",
    "INFO:     Waiting for application startup.",
    "INFO:     Application startup complete.",
)
CLICK = ("Usage: uvicorn [OPTIONS] APP", "Try 'uvicorn --help' for help.", "")


def bad_port(text: str) -> tuple[str, ...]:
    """Give Node's report of a port that is none."""
    return (
        "node:internal/errors:541",
        "      throw error;",
        "      ^",
        "",
        "§" + text,
        "    at new NodeError (node:internal/errors:405:5)",
        "    at validatePort (node:internal/validators:409:11)",
        "    at Server.listen (node:net:2032:5)",
        "    at Function.listen ({root}/node_modules/express/lib/application.js:635:24)",
        "    at Object.<anonymous> ({root}/server.js:21:5) {{",
        "  code: 'ERR_SOCKET_BAD_PORT'",
        *NODE_END,
    )


INVALID = (
    Fault(
        "node-port-nan",
        "port-invalid",
        bad_port(
            "RangeError [ERR_SOCKET_BAD_PORT]: options.port should be >= 0 and < 65536. Received type number (NaN)."
        ),
        runtimes=NODE,
    ),
    Fault(
        "node-port-too-large",
        "port-invalid",
        bad_port(
            "RangeError [ERR_SOCKET_BAD_PORT]: options.port should be >= 0 and < 65536. Received type string ('70000')."
        ),
        runtimes=NODE,
    ),
    Fault(
        "node-port-old",
        "port-invalid",
        (
            "net.js:1405",
            "      throw new ERR_SOCKET_BAD_PORT(options.port);",
            "      ^",
            "",
            "§RangeError [ERR_SOCKET_BAD_PORT]: Port should be >= 0 and < 65536. Received NaN.",
            "    at Server.listen (net.js:1405:13)",
            "    at Object.<anonymous> ({root}/index.js:14:8)",
            "    at Module._compile (internal/modules/cjs/loader.js:778:30)",
        ),
        runtimes=NODE,
    ),
    Fault(
        "next-port-literal",
        "port-invalid",
        ("§error: option '-p, --port <port>' argument '$PORT' is invalid. '$PORT' is not a non-negative number.",),
        frameworks=("next",),
    ),
    Fault(
        "gunicorn-port-literal",
        "port-invalid",
        ("§Error: '$PORT' is not a valid port number.",),
        frameworks=("gunicorn",),
    ),
    Fault("gunicorn-port-empty", "port-invalid", ("§Error: '' is not a valid port number.",), frameworks=("gunicorn",)),
    Fault(
        "uvicorn-port-literal",
        "port-invalid",
        (*CLICK, "§Error: Invalid value for '--port': '$PORT' is not a valid integer."),
        status=2,
        frameworks=("uvicorn",),
    ),
    Fault(
        "streamlit-port-literal",
        "port-invalid",
        (
            "Usage: streamlit run [OPTIONS] TARGET [ARGS]...",
            "Try 'streamlit run --help' for help.",
            "",
            "§Error: Invalid value for '--server.port' (env var: 'STREAMLIT_SERVER_PORT'): '$PORT' is not a valid integer.",
        ),
        status=2,
        frameworks=("streamlit",),
    ),
    Fault(
        "daphne-port-literal",
        "port-invalid",
        (
            "usage: daphne [-h] [-p PORT] [-b HOST] application",
            "§daphne: error: argument -p/--port: invalid int value: '$PORT'",
        ),
        status=2,
        frameworks=("daphne",),
    ),
    Fault(
        "django-port-literal",
        "port-invalid",
        ('§CommandError: "0.0.0.0:$PORT" is not a valid port number or address:port pair.',),
        frameworks=("django",),
    ),
    Fault(
        "python-int-port",
        "port-invalid",
        (
            TRACE,
            '  File "{root}/app.py", line 44, in <module>',
            "    app.run(host='0.0.0.0', port=int(os.environ.get('PORT')))",
            "§ValueError: invalid literal for int() with base 10: '$PORT'",
        ),
        runtimes=PYTHON,
    ),
    Fault(
        "puma-port-literal",
        "port-invalid",
        (
            "Puma starting in single mode...",
            "§bundler: failed to load command: puma ({root}/vendor/bundle/ruby/3.2.0/bin/puma)",
            '§bad URI(is not URI?): "tcp://0.0.0.0:$PORT" (URI::InvalidURIError)',
        ),
        frameworks=("puma",),
    ),
    Fault(
        "rackup-port-literal",
        "port-invalid",
        ("§invalid argument: -p $PORT (OptionParser::InvalidArgument)",),
        frameworks=("webrick", "unicorn"),
    ),
    Fault(
        "go-port-without-colon",
        "port-invalid",
        ("§" + GO + "listen tcp: address 8080: missing port in address",),
        runtimes=("go",),
    ),
    Fault(
        "go-port-literal", "port-invalid", ("§" + GO + "listen tcp: lookup tcp/$PORT: unknown port",), runtimes=("go",)
    ),
    Fault(
        "spring-port-unset",
        "port-invalid",
        (
            *SPRING_FAILED,
            "§Failed to bind properties under 'server.port' to java.lang.Integer:",
            "",
            "    Property: server.port",
            '    Value: "${{PORT}}"',
            "    Origin: class path resource [application.properties] - 3:13",
            '§    Reason: failed to convert java.lang.String to java.lang.Integer (caused by java.lang.NumberFormatException: For input string: "${{PORT}}")',
            "",
            "Action:",
            "",
            "Update your application's configuration",
        ),
        frameworks=("spring-boot",),
    ),
    Fault(
        "java-port-literal",
        "port-invalid",
        (
            '§Exception in thread "main" java.lang.NumberFormatException: For input string: "$PORT"',
            "\tat java.base/java.lang.NumberFormatException.forInputString(NumberFormatException.java:67)",
            "\tat java.base/java.lang.Integer.parseInt(Integer.java:668)",
            "\tat com.example.Main.main(Main.java:17)",
        ),
        frameworks=("vertx", "http4s"),
    ),
    Fault("php-port-literal", "port-invalid", ("§Invalid address: 0.0.0.0:$PORT",), runtimes=("php",)),
    Fault(
        "rust-port-literal",
        "port-invalid",
        (
            "thread 'main' panicked at src/main.rs:19:55:",
            "§invalid PORT: ParseIntError {{ kind: InvalidDigit }}",
            "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
        ),
        status=101,
        runtimes=("rust",),
        acceptable=("crash-config", "crash-exception"),
    ),
    Fault(
        "bun-port-nan",
        "port-invalid",
        (
            '§RangeError: The value of "options.port" is out of range. It must be an integer. Received NaN',
            "      at {root}/index.ts:12:5",
        ),
        runtimes=("bun",),
    ),
    Fault(
        "nginx-port-literal",
        "port-invalid",
        ('§nginx: [emerg] host not found in "$PORT" of the "listen" directive in /etc/nginx/conf.d/default.conf:2',),
        runtimes=("static",),
    ),
)

IN_USE = (
    Fault(
        "node-in-use",
        "port-in-use",
        (
            *THROW,
            "§Error: listen EADDRINUSE: address already in use :::{port}",
            *LISTEN_STACK,
            "  code: 'EADDRINUSE',",
            "  errno: -98,",
            "  syscall: 'listen',",
            "  address: '::',",
            "  port: {port}",
            *NODE_END,
        ),
        runtimes=NODE,
        facts={"bound_port": "{port}"},
    ),
    Fault(
        "node-in-use-old",
        "port-in-use",
        (
            "events.js:183",
            "      throw er; // Unhandled 'error' event",
            "      ^",
            "",
            "§Error: listen EADDRINUSE :::{port}",
            "    at Server.setupListenHandle [as _listen2] (net.js:1360:14)",
            "    at Server.listen (net.js:1459:7)",
            "npm ERR! code ELIFECYCLE",
            "npm ERR! errno 1",
        ),
        runtimes=NODE,
        facts={"bound_port": "{port}"},
    ),
    Fault(
        "nest-in-use",
        "port-in-use",
        (
            "§[Nest] {pid}  - {clock:%m/%d/%Y, %I:%M:%S %p}   ERROR [NestApplication] Error: listen EADDRINUSE: address already in use :::{port}",
        ),
        frameworks=("nest",),
        boots=True,
    ),
    Fault(
        "gunicorn-in-use",
        "port-in-use",
        (
            "§[{clock:%Y-%m-%d %H:%M:%S} +0000] [{pid}] [ERROR] Connection in use: ('0.0.0.0', {port})",
            "[{clock:%Y-%m-%d %H:%M:%S} +0000] [{pid}] [ERROR] Retrying in 1 second.",
            "@1",
            "§[{clock:%Y-%m-%d %H:%M:%S} +0000] [{pid}] [ERROR] Connection in use: ('0.0.0.0', {port})",
            "[{clock:%Y-%m-%d %H:%M:%S} +0000] [{pid}] [ERROR] Retrying in 1 second.",
            "@1",
            "§[{clock:%Y-%m-%d %H:%M:%S} +0000] [{pid}] [ERROR] Can't connect to ('0.0.0.0', {port})",
        ),
        frameworks=("gunicorn",),
        boots=True,
    ),
    Fault(
        "uvicorn-in-use",
        "port-in-use",
        (
            *UVICORN_BOOT,
            "§ERROR:    [Errno 98] error while attempting to bind on address ('0.0.0.0', {port}): address already in use",
            "INFO:     Waiting for application shutdown.",
            "INFO:     Application shutdown complete.",
        ),
        frameworks=("uvicorn",),
    ),
    Fault(
        "python-in-use",
        "port-in-use",
        (*SOCKET_TRACE, "§OSError: [Errno 98] Address already in use"),
        frameworks=("hypercorn", "waitress", "bottle"),
    ),
    Fault(
        "flask-in-use",
        "port-in-use",
        (
            "§Address already in use",
            "§Port {port} is in use by another program. Either identify and stop that program, or start the server with a different port.",
        ),
        frameworks=("flask",),
        boots=True,
    ),
    Fault(
        "puma-in-use",
        "port-in-use",
        (
            '§{root}/vendor/bundle/ruby/3.2.0/gems/puma-6.4.2/lib/puma/binder.rb:334:in `initialize\': Address already in use - bind(2) for "0.0.0.0" port {port} (Errno::EADDRINUSE)',
            "\tfrom {root}/vendor/bundle/ruby/3.2.0/gems/puma-6.4.2/lib/puma/binder.rb:334:in `new'",
        ),
        frameworks=("puma", "rails"),
        boots=True,
    ),
    Fault(
        "spring-in-use",
        "port-in-use",
        (
            *SPRING_FAILED,
            "§Web server failed to start. Port {port} was already in use.",
            "",
            "Action:",
            "",
            "Identify and stop the process that's listening on port {port} or configure this application to listen on another port.",
            "",
        ),
        frameworks=("spring-boot",),
        boots=True,
        facts={"bound_port": "{port}"},
    ),
    Fault(
        "jetty-in-use",
        "port-in-use",
        (
            "§java.io.IOException: Failed to bind to 0.0.0.0/0.0.0.0:{port}",
            "\tat org.eclipse.jetty.server.ServerConnector.openAcceptChannel(ServerConnector.java:349)",
            "§Caused by: java.net.BindException: Address already in use",
            "\tat java.base/sun.nio.ch.Net.bind0(Native Method)",
        ),
        frameworks=("jetty", "dropwizard"),
        boots=True,
    ),
    Fault(
        "go-in-use",
        "port-in-use",
        ("§" + GO + "listen tcp :{port}: bind: address already in use",),
        runtimes=("go",),
        boots=True,
        facts={"bound_port": "{port}"},
    ),
    Fault(
        "kestrel-in-use",
        "port-in-use",
        (
            "§Unhandled exception. System.IO.IOException: Failed to bind to address http://0.0.0.0:{port}: address already in use.",
            " ---> Microsoft.AspNetCore.Connections.AddressInUseException: Address already in use",
            " ---> System.Net.Sockets.SocketException (98): Address already in use",
            "   at System.Net.Sockets.Socket.Bind(EndPoint localEP)",
        ),
        status=134,
        runtimes=("dotnet",),
        facts={"bound_port": "{port}"},
    ),
    Fault(
        "phoenix-in-use",
        "port-in-use",
        (
            "§{clock:%H:%M:%S}.{ms} [error] Running ShopWeb.Endpoint with cowboy 2.12.0 at http failed, port already in use",
            "** (Mix) Could not start application shop: Shop.Application.start(:normal, []) returned an error: shutdown: failed to start child: ShopWeb.Endpoint",
            "§        ** (EXIT) :eaddrinuse",
        ),
        runtimes=("elixir",),
    ),
    Fault(
        "rust-in-use",
        "port-in-use",
        ('§Error: Os {{ code: 98, kind: AddrInUse, message: "Address already in use" }}',),
        runtimes=("rust",),
    ),
    Fault(
        "php-in-use",
        "port-in-use",
        ("§[{clock:%a %b %d %H:%M:%S %Y}] Failed to listen on 0.0.0.0:{port} (reason: Address already in use)",),
        frameworks=("php",),
    ),
)

PERMISSION = (
    Fault(
        "node-eacces",
        "port-permission",
        (
            *THROW,
            "§Error: listen EACCES: permission denied 0.0.0.0:80",
            *LISTEN_STACK,
            "  code: 'EACCES',",
            "  errno: -13,",
            "  syscall: 'listen',",
            "  address: '0.0.0.0',",
            "  port: 80",
            *NODE_END,
        ),
        runtimes=NODE,
        facts={"bound_port": 80},
        acceptable=("port-hardcoded",),
    ),
    Fault(
        "python-eacces",
        "port-permission",
        (*SOCKET_TRACE, "    self.socket.bind(self.server_address)", "§PermissionError: [Errno 13] Permission denied"),
        frameworks=("cherrypy", "bottle", "waitress"),
        acceptable=("port-hardcoded",),
    ),
    Fault(
        "uvicorn-eacces",
        "port-permission",
        (
            *UVICORN_BOOT,
            "§ERROR:    [Errno 13] error while attempting to bind on address ('0.0.0.0', 80): permission denied",
        ),
        frameworks=("uvicorn",),
        facts={"bound_port": 80},
        acceptable=("port-hardcoded",),
    ),
    Fault(
        "ruby-eacces",
        "port-permission",
        (
            '§{root}/vendor/bundle/ruby/3.2.0/gems/puma-6.4.2/lib/puma/binder.rb:334:in `initialize\': Permission denied - bind(2) for "0.0.0.0" port 80 (Errno::EACCES)',
        ),
        frameworks=("puma", "rails"),
        boots=True,
        facts={"bound_port": 80},
        acceptable=("port-hardcoded",),
    ),
    Fault(
        "go-eacces",
        "port-permission",
        ("§" + GO + "listen tcp :80: bind: permission denied",),
        runtimes=("go",),
        facts={"bound_port": 80},
        acceptable=("port-hardcoded",),
    ),
    Fault(
        "nginx-eacces",
        "port-permission",
        ("§nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)",),
        runtimes=("static",),
        command="nginx -g 'daemon off;'",
        facts={"bound_port": 80},
        acceptable=("port-hardcoded",),
    ),
    Fault(
        "apache-eacces",
        "port-permission",
        (
            "§(13)Permission denied: AH00072: make_sock: could not bind to address [::]:80",
            "no listening sockets available, shutting down",
            "AH00015: Unable to open logs",
        ),
        runtimes=("php",),
        command="apache2-foreground",
        facts={"bound_port": 80},
        acceptable=("port-hardcoded",),
    ),
    Fault(
        "rust-eacces",
        "port-permission",
        (
            "thread 'main' panicked at src/main.rs:24:10:",
            '§called `Result::unwrap()` on an `Err` value: Os {{ code: 13, kind: PermissionDenied, message: "Permission denied" }}',
        ),
        status=101,
        runtimes=("rust",),
        acceptable=("port-hardcoded", "crash-exception", "crash-missing-command"),
    ),
    Fault(
        "spring-eacces",
        "port-permission",
        (
            "§Caused by: java.net.SocketException: Permission denied",
            "\tat java.base/sun.nio.ch.Net.bind0(Native Method)",
            "\tat org.apache.tomcat.util.net.NioEndpoint.initServerSocket(NioEndpoint.java:269)",
        ),
        frameworks=("spring-boot",),
        acceptable=("port-hardcoded", "crash-exception"),
    ),
)

NOT_BOUND = (
    Fault(
        "discord-bot-node",
        "port-not-bound",
        ("§Logged in as OrderBot#4417!", "§Ready! Serving 14 guilds"),
        ending=Ending.WAIT,
        runtimes=NODE,
        command="node bot.js",
    ),
    Fault(
        "discord-bot-python",
        "port-not-bound",
        (
            "{clock:%Y-%m-%d %H:%M:%S} INFO     discord.client logging in using static token",
            "@2",
            "§{clock:%Y-%m-%d %H:%M:%S} INFO     discord.gateway Shard ID None has connected to Gateway (Session ID: 4f1b2c3d4e5f60718293a4b5c6d7e8f9).",
        ),
        ending=Ending.WAIT,
        runtimes=PYTHON,
        command="python bot.py",
    ),
    Fault(
        "telegram-bot",
        "port-not-bound",
        (
            "{clock:%Y-%m-%d %H:%M:%S},{ms} - telegram.ext.Application - INFO - Application started",
            '§{clock:%Y-%m-%d %H:%M:%S},{ms} - httpx - INFO - HTTP Request: POST https://api.telegram.org/bot<token>/getUpdates "HTTP/1.1 200 OK"',
        ),
        ending=Ending.WAIT,
        runtimes=PYTHON,
        command="python main.py",
    ),
    Fault(
        "celery-worker",
        "port-not-bound",
        (
            " -------------- celery@{machine} v5.4.0 (opalescent)",
            "[tasks]",
            "  . orders.tasks.send_mail",
            "§[{clock:%Y-%m-%d %H:%M:%S},{ms}: INFO/MainProcess] celery@{machine} ready.",
        ),
        ending=Ending.WAIT,
        runtimes=PYTHON,
        command="celery -A core worker -l info",
    ),
    Fault(
        "sidekiq-worker",
        "port-not-bound",
        (
            "{clock:%Y-%m-%dT%H:%M:%S}.{ms}Z pid={pid} tid=5vq INFO: Running in ruby 3.2.4",
            "§{clock:%Y-%m-%dT%H:%M:%S}.{ms}Z pid={pid} tid=5vq INFO: Starting processing, hit Ctrl-C to stop",
        ),
        ending=Ending.WAIT,
        runtimes=("ruby",),
        command="bundle exec sidekiq",
    ),
    Fault(
        "queue-consumer",
        "port-not-bound",
        ("Connected to RabbitMQ", "§ [*] Waiting for messages in orders. To exit press CTRL+C"),
        ending=Ending.WAIT,
        runtimes=NODE,
        command="node worker.js",
    ),
    Fault(
        "slack-socket-mode",
        "port-not-bound",
        ("§⚡️ Bolt app is running!",),
        ending=Ending.WAIT,
        runtimes=PYTHON,
        command="python slack_app.py",
    ),
    Fault(
        "scheduler",
        "port-not-bound",
        ("§[scheduler] next job in 3600 s, sleeping",),
        ending=Ending.WAIT,
        runtimes=NODE,
        command="node cron.js",
        acceptable=("boot-slow",),
    ),
)

FAULTS = (*INVALID, *IN_USE, *PERMISSION, *NOT_BOUND)
