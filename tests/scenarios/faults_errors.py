"""Faults that end a start: services that cannot be used, exceptions, an early end, memory and disk."""

from __future__ import annotations

from .model import Ending, Fault

__all__ = ["FAULTS"]

NODE = ("node",)
PYTHON = ("python",)
TRACE = "Traceback (most recent call last):"
GO = "{clock:%Y/%m/%d %H:%M:%S} "
SPRING_ERROR = "{clock:%Y-%m-%dT%H:%M:%S}.{ms}Z ERROR {pid} --- [           main] "
SPRING_FAILED = (
    "",
    "***************************",
    "APPLICATION FAILED TO START",
    "***************************",
    "",
    "Description:",
    "",
)

SERVICE = (
    Fault(
        "node-postgres",
        "crash-backing-service",
        (
            "{root}/node_modules/pg-pool/index.js:45",
            "    Error.captureStackTrace(err)",
            "    ^",
            "",
            "§Error: connect ECONNREFUSED 127.0.0.1:5432",
            "    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1607:16) {{",
            "  errno: -111,",
            "  code: 'ECONNREFUSED',",
            "  syscall: 'connect',",
            "  address: '127.0.0.1',",
            "  port: 5432",
            "}}",
        ),
        runtimes=NODE,
        acceptable=("crash-config",),
    ),
    Fault(
        "node-redis-timeout",
        "crash-backing-service",
        (
            "§Error: connect ETIMEDOUT 10.20.0.8:6379",
            "    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1607:16) {{",
            "  errno: -110,",
            "  code: 'ETIMEDOUT',",
            "  syscall: 'connect',",
            "  address: '10.20.0.8',",
            "  port: 6379",
            "}}",
        ),
        runtimes=NODE,
    ),
    Fault(
        "mongo-atlas",
        "crash-backing-service",
        (
            "§MongooseServerSelectionError: Could not connect to any servers in your MongoDB Atlas cluster. One common reason is that you're trying to access the database from an IP that isn't whitelisted.",
            "    at _handleConnectionErrors ({root}/node_modules/mongoose/lib/connection.js:897:11)",
            "    at NativeConnection.openUri ({root}/node_modules/mongoose/lib/connection.js:848:11) {{",
            "  reason: TopologyDescription {{",
            "    type: 'ReplicaSetNoPrimary',",
        ),
        runtimes=NODE,
    ),
    Fault(
        "node-dns",
        "crash-backing-service",
        (
            "§Error: getaddrinfo ENOTFOUND db.internal.example.com",
            "    at GetAddrInfoReqWrap.onlookupall [as oncomplete] (node:dns:121:26) {{",
            "  errno: -3008,",
            "  code: 'ENOTFOUND',",
            "  syscall: 'getaddrinfo',",
            "  hostname: 'db.internal.example.com'",
            "}}",
        ),
        runtimes=NODE,
        acceptable=("crash-config",),
    ),
    Fault(
        "prisma",
        "crash-backing-service",
        (
            "PrismaClientInitializationError: ",
            "Invalid `prisma.user.findMany()` invocation:",
            "",
            "§Can't reach database server at `db.example.com`:`5432`",
            "",
            "Please make sure your database server is running at `db.example.com`:`5432`.",
        ),
        runtimes=NODE,
    ),
    Fault(
        "psycopg",
        "crash-backing-service",
        (
            TRACE,
            '  File "{root}/app/db.py", line 18, in connect',
            "    conn = psycopg2.connect(url)",
            '§psycopg2.OperationalError: connection to server at "db.example.com" (203.0.113.40), port 5432 failed: Connection refused',
            "\tIs the server running on that host and accepting TCP/IP connections?",
        ),
        runtimes=PYTHON,
    ),
    Fault(
        "psycopg-password",
        "crash-backing-service",
        (
            TRACE,
            '  File "{root}/app/db.py", line 18, in connect',
            "    conn = psycopg2.connect(url)",
            '§psycopg2.OperationalError: connection to server at "db.example.com" (203.0.113.40), port 5432 failed: FATAL:  password authentication failed for user "shop"',
        ),
        runtimes=PYTHON,
        acceptable=("crash-config",),
    ),
    Fault(
        "python-redis",
        "crash-backing-service",
        (
            TRACE,
            '  File "{root}/main.py", line 9, in <module>',
            "    cache.ping()",
            "§redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.",
        ),
        runtimes=PYTHON,
        acceptable=("crash-config",),
    ),
    Fault(
        "pymysql",
        "crash-backing-service",
        (
            TRACE,
            '  File "{root}/main.py", line 21, in <module>',
            "    db.create_all()",
            "§sqlalchemy.exc.OperationalError: (pymysql.err.OperationalError) (2003, \"Can't connect to MySQL server on 'mysql.example.com' ([Errno 110] Connection timed out)\")",
            "(Background on this error at: https://sqlalche.me/e/20/e3q8)",
        ),
        runtimes=PYTHON,
    ),
    Fault(
        "ruby-postgres",
        "crash-backing-service",
        (
            '§{root}/vendor/bundle/ruby/3.2.0/gems/pg-1.5.6/lib/pg/connection.rb:696:in `async_connect_or_reset\': connection to server at "127.0.0.1", port 5432 failed: Connection refused (PG::ConnectionBad)',
            "\tIs the server running on that host and accepting TCP/IP connections?",
        ),
        runtimes=("ruby",),
        acceptable=("crash-config",),
    ),
    Fault(
        "ruby-redis",
        "crash-backing-service",
        (
            "§{root}/vendor/bundle/ruby/3.2.0/gems/redis-client-0.22.2/lib/redis_client/ruby_connection.rb:75:in `rescue in connect': Connection refused - connect(2) for 127.0.0.1:6379 (Redis::CannotConnectError)",
        ),
        runtimes=("ruby",),
        acceptable=("crash-config",),
    ),
    Fault(
        "spring-mysql",
        "crash-backing-service",
        (
            SPRING_ERROR
            + "com.zaxxer.hikari.pool.HikariPool        : HikariPool-1 - Exception during pool initialization.",
            "",
            "§com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure",
            "",
            "The last packet sent successfully to the server was 0 milliseconds ago. The driver has not received any packets from the server.",
            SPRING_ERROR + "o.s.boot.SpringApplication               : Application run failed",
            "§Caused by: java.net.ConnectException: Connection refused",
        ),
        frameworks=("spring-boot",),
        boots=True,
    ),
    Fault(
        "spring-password",
        "crash-backing-service",
        (
            SPRING_ERROR
            + "com.zaxxer.hikari.pool.HikariPool        : HikariPool-1 - Exception during pool initialization.",
            "",
            '§org.postgresql.util.PSQLException: FATAL: password authentication failed for user "shop"',
            SPRING_ERROR + "o.s.boot.SpringApplication               : Application run failed",
        ),
        frameworks=("spring-boot",),
        boots=True,
        acceptable=("crash-config",),
    ),
    Fault(
        "go-postgres",
        "crash-backing-service",
        (
            "§"
            + GO
            + "failed to connect to `host=db.example.com user=shop database=shop`: dial error (dial tcp 203.0.113.40:5432: connect: connection refused)",
        ),
        runtimes=("go",),
    ),
    Fault(
        "go-ping",
        "crash-backing-service",
        ("§" + GO + "cannot ping redis: dial tcp 10.20.0.8:6379: i/o timeout",),
        runtimes=("go",),
    ),
    Fault(
        "elixir-postgres",
        "crash-backing-service",
        (
            "§{clock:%H:%M:%S}.{ms} [error] Postgrex.Protocol (#PID<0.251.0>) failed to connect: ** (DBConnection.ConnectionError) tcp connect (db.example.com:5432): connection refused - :econnrefused",
            "{clock:%H:%M:%S}.{ms} [notice] Application shop exited: shutdown",
        ),
        runtimes=("elixir",),
    ),
    Fault(
        "dotnet-npgsql",
        "crash-backing-service",
        (
            "§Unhandled exception. Npgsql.NpgsqlException (0x80004005): Failed to connect to 203.0.113.40:5432",
            " ---> System.Net.Sockets.SocketException (111): Connection refused",
            "   at Npgsql.Internal.NpgsqlConnector.Connect(NpgsqlTimeout timeout)",
        ),
        status=134,
        runtimes=("dotnet",),
    ),
    Fault(
        "rust-sqlx",
        "crash-backing-service",
        (
            "thread 'main' panicked at src/main.rs:31:10:",
            '§failed to connect to Postgres: Io(Os {{ code: 111, kind: ConnectionRefused, message: "Connection refused" }})',
        ),
        status=101,
        runtimes=("rust",),
    ),
    Fault(
        "php-pdo",
        "crash-backing-service",
        (
            "§PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002] Connection refused in {root}/src/Database.php:17",
            "  thrown in {root}/src/Database.php on line 17",
        ),
        status=255,
        runtimes=("php",),
    ),
)

SERVICE_ELSEWISE = (
    Fault(
        "mongo-caught",
        "crash-backing-service",
        (
            "§MongoDB connection error: MongooseServerSelectionError: connect ECONNREFUSED 127.0.0.1:27017",
            "    at _handleConnectionErrors ({root}/node_modules/mongoose/lib/connection.js:897:11)",
        ),
        ending=Ending.WAIT,
        runtimes=NODE,
        command="node server.js",
        acceptable=("port-not-bound", "crash-config"),
    ),
    Fault(
        "postgres-caught-and-ended",
        "crash-backing-service",
        (
            "§Failed to initialize database: Error: connect ECONNREFUSED 127.0.0.1:5432",
            "    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1607:16)",
        ),
        status=0,
        runtimes=NODE,
        command="node server.js",
        acceptable=("exited-early", "crash-config"),
    ),
    Fault(
        "uvicorn-startup",
        "crash-backing-service",
        (
            "INFO:     Started server process [{pid}]",
            "INFO:     Waiting for application startup.",
            "ERROR:    Traceback (most recent call last):",
            '  File "{root}/.venv/lib/python3.11/site-packages/starlette/routing.py", line 734, in lifespan',
            "    async with self.lifespan_context(app) as maybe_state:",
            '§asyncpg.exceptions.InvalidPasswordError: password authentication failed for user "shop"',
            "",
            "ERROR:    Application startup failed. Exiting.",
        ),
        status=3,
        frameworks=("uvicorn",),
        acceptable=("crash-config",),
    ),
    Fault(
        "retry-loop",
        "crash-backing-service",
        (
            "waiting for postgres at db.example.com:5432 ...",
            "@3",
            "§could not connect to server: Connection refused, retrying (1/5)",
            "@5",
            "§could not connect to server: Connection refused, retrying (2/5)",
            "@5",
            "giving up after 5 attempts",
        ),
        runtimes=PYTHON,
        command="./wait-and-start.sh",
    ),
)

EXCEPTION = (
    Fault(
        "node-type-error",
        "crash-exception",
        (
            "{root}/src/routes/index.js:18",
            "  router.use(handlers.map((one) => one.route));",
            "                      ^",
            "",
            "§TypeError: Cannot read properties of undefined (reading 'map')",
            "    at Object.<anonymous> ({root}/src/routes/index.js:18:23)",
            "    at Module._compile (node:internal/modules/cjs/loader:1364:14)",
            "",
            "Node.js v20.15.1",
        ),
        runtimes=NODE,
    ),
    Fault(
        "node-syntax",
        "crash-exception",
        (
            "{root}/server.js:7",
            "import express from 'express';",
            "^^^^^^",
            "",
            "§SyntaxError: Cannot use import statement outside a module",
            "    at internalCompileFunction (node:internal/vm:76:18)",
            "    at wrapSafe (node:internal/modules/cjs/loader:1283:20)",
        ),
        runtimes=NODE,
    ),
    Fault(
        "node-require-esm",
        "crash-exception",
        (
            "{root}/index.js:1",
            "const fetch = require('node-fetch');",
            "              ^",
            "",
            "§Error [ERR_REQUIRE_ESM]: require() of ES Module {root}/node_modules/node-fetch/src/index.js from {root}/index.js not supported.",
            "    at Object.<anonymous> ({root}/index.js:1:15) {{",
            "  code: 'ERR_REQUIRE_ESM'",
            "}}",
        ),
        runtimes=NODE,
        acceptable=("crash-missing-dependency",),
    ),
    Fault(
        "node-router-use",
        "crash-exception",
        (
            "{root}/node_modules/express/lib/router/index.js:469",
            "      throw new TypeError('Router.use() requires a middleware function but got a ' + gettype(fn))",
            "      ^",
            "",
            "§TypeError: Router.use() requires a middleware function but got a Object",
            "    at Function.use ({root}/node_modules/express/lib/router/index.js:469:13)",
            "    at Object.<anonymous> ({root}/app.js:31:5)",
        ),
        runtimes=NODE,
    ),
    Fault(
        "next-no-build",
        "crash-exception",
        (
            "§Error: Could not find a production build in the '.next' directory. Try building your app with 'next build' before starting the production server. https://nextjs.org/docs/messages/production-start-no-build-id",
            "    at setupFsCheck ({root}/node_modules/next/dist/server/lib/router-utils/filesystem.js:151:19)",
        ),
        frameworks=("next",),
        acceptable=("crash-missing-command", "crash-missing-dependency", "build-failed", "crash-config"),
    ),
    Fault(
        "python-indentation",
        "crash-exception",
        (
            TRACE,
            '  File "<frozen importlib._bootstrap>", line 241, in _call_with_frames_removed',
            '  File "{root}/app.py", line 27',
            "    return jsonify(rows)",
            "§IndentationError: unexpected indent",
        ),
        runtimes=PYTHON,
    ),
    Fault(
        "python-name",
        "crash-exception",
        (
            TRACE,
            '  File "{root}/main.py", line 52, in <module>',
            "    app.include_router(order.router)",
            "§NameError: name 'order' is not defined. Did you mean: 'orders'?",
        ),
        runtimes=PYTHON,
    ),
    Fault(
        "python-attribute",
        "crash-exception",
        (
            TRACE,
            '  File "{root}/main.py", line 5, in <module>',
            "    from app.models import Base",
            '  File "{root}/app/models.py", line 14, in <module>',
            "    class Order(db.Modle):",
            "§AttributeError: 'SQLAlchemy' object has no attribute 'Modle'",
        ),
        runtimes=PYTHON,
    ),
    Fault(
        "python-circular",
        "crash-exception",
        (
            TRACE,
            '  File "{root}/core/urls.py", line 3, in <module>',
            "    from shop.views import index",
            "§ImportError: cannot import name 'index' from partially initialized module 'shop.views' (most likely due to a circular import) ({root}/shop/views.py)",
        ),
        runtimes=PYTHON,
        acceptable=("crash-missing-dependency",),
    ),
    Fault(
        "ruby-no-method",
        "crash-exception",
        (
            "§{root}/config/initializers/assets.rb:9:in `<main>': undefined method `precompile' for nil:NilClass (NoMethodError)",
            "\tfrom {root}/config/environment.rb:5:in `<main>'",
        ),
        runtimes=("ruby",),
        boots=True,
    ),
    Fault(
        "ruby-name",
        "crash-exception",
        (
            "§{root}/app/models/order.rb:1:in `<top (required)>': uninitialized constant ApplicationRecords (NameError)",
            "\tfrom config.ru:4:in `require_relative'",
        ),
        runtimes=("ruby",),
    ),
    Fault(
        "spring-cycle",
        "crash-exception",
        (
            *SPRING_FAILED,
            "§The dependencies of some of the beans in the application context form a cycle:",
            "",
            "┌─────┐",
            "|  orderService defined in file [OrderService.class]",
            "↑     ↓",
            "|  paymentService defined in file [PaymentService.class]",
            "└─────┘",
        ),
        frameworks=("spring-boot",),
        boots=True,
    ),
    Fault(
        "java-class-version",
        "crash-exception",
        (
            "§Error: LinkageError occurred while loading main class com.example.{word}.Application",
            "§\tjava.lang.UnsupportedClassVersionError: com/example/{word}/Application has been compiled by a more recent version of the Java Runtime (class file version 65.0), this version of the Java Runtime only recognizes class file versions up to 61.0",
        ),
        runtimes=("jvm",),
        acceptable=("crash-missing-dependency", "crash-config", "build-failed"),
    ),
    Fault(
        "java-null",
        "crash-exception",
        (
            '§Exception in thread "main" java.lang.NullPointerException: Cannot invoke "String.split(String)" because "hosts" is null',
            "\tat com.example.{word}.Main.parse(Main.java:41)",
            "\tat com.example.{word}.Main.main(Main.java:19)",
        ),
        runtimes=("jvm",),
        acceptable=("crash-config",),
    ),
    Fault(
        "go-panic",
        "crash-exception",
        (
            "§panic: runtime error: invalid memory address or nil pointer dereference",
            "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x6f2b11]",
            "",
            "goroutine 1 [running]:",
            "main.newRouter(0x0)",
            "\t/tmp/build/router.go:44 +0x51",
            "main.main()",
            "\t/tmp/build/main.go:27 +0x1a5",
        ),
        status=2,
        runtimes=("go",),
    ),
    Fault(
        "dotnet-null",
        "crash-exception",
        (
            "§Unhandled exception. System.NullReferenceException: Object reference not set to an instance of an object.",
            "   at Shop.Api.Startup.Configure(IApplicationBuilder app) in /src/Startup.cs:line 58",
            "   at Program.<Main>$(String[] args) in /src/Program.cs:line 21",
        ),
        status=134,
        runtimes=("dotnet",),
    ),
    Fault(
        "rust-panic",
        "crash-exception",
        (
            "§thread 'main' panicked at src/state.rs:88:17:",
            "§index out of bounds: the len is 0 but the index is 0",
            "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
        ),
        status=101,
        runtimes=("rust",),
    ),
    Fault(
        "php-parse",
        "crash-exception",
        (
            '§PHP Parse error:  syntax error, unexpected token "}}", expecting end of file in {root}/public/index.php on line 31',
        ),
        status=255,
        runtimes=("php",),
    ),
    Fault(
        "elixir-undefined",
        "crash-exception",
        (
            "§** (UndefinedFunctionError) function Shop.Release.migrate_all/0 is undefined or private",
            "    Shop.Release.migrate_all()",
        ),
        runtimes=("elixir",),
        acceptable=("crash-missing-command", "crash-missing-dependency"),
    ),
    Fault(
        "nginx-directive",
        "crash-exception",
        ('§nginx: [emerg] unknown directive "proxy_pas" in /etc/nginx/conf.d/default.conf:14',),
        runtimes=("static",),
        command="nginx -g 'daemon off;'",
        acceptable=("crash-config",),
    ),
    Fault(
        "r-error",
        "crash-exception",
        (
            '§Error in readRDS("model.rds") : cannot open the connection',
            "Calls: readRDS -> gzfile",
            "In addition: Warning message:",
            'In gzfile(file, "rb") :',
            "  cannot open compressed file 'model.rds', probable reason 'No such file or directory'",
            "Execution halted",
        ),
        runtimes=("r",),
        acceptable=("crash-missing-dependency", "crash-missing-command", "crash-config"),
    ),
)

EARLY = (
    Fault(
        "node-script-ends",
        "exited-early",
        ("Loaded 14 routes", "Setup complete."),
        status=0,
        runtimes=NODE,
        command="node index.js",
    ),
    Fault(
        "npm-script-ends",
        "exited-early",
        ("", "> {name}@1.4.0 start", "> node ./index.js", ""),
        status=0,
        runtimes=NODE,
        command="npm start",
    ),
    Fault(
        "python-script-ends",
        "exited-early",
        ("Starting import", "Imported 1284 rows", "Finished."),
        status=0,
        runtimes=PYTHON,
        command="python import_rows.py",
    ),
    Fault(
        "migrate-only",
        "exited-early",
        (
            "Operations to perform:",
            "  Apply all migrations: admin, auth, contenttypes, sessions",
            "Running migrations:",
            "  No migrations to apply.",
        ),
        status=0,
        runtimes=PYTHON,
        command="python manage.py migrate",
    ),
    Fault(
        "java-main-ends",
        "exited-early",
        ("Hello, world!",),
        status=0,
        runtimes=("jvm",),
        command="java -jar target/tool.jar",
    ),
    Fault(
        "spring-without-web",
        "exited-early",
        (
            "{clock:%Y-%m-%dT%H:%M:%S}.{ms}Z  INFO {pid} --- [           main] com.example.{word}.Application        : Started Application in 1.9 seconds (process running for 2.5)",
        ),
        status=0,
        frameworks=("spring-boot",),
        command="java -jar app.jar",
    ),
    Fault(
        "ruby-script-ends",
        "exited-early",
        ("Seeded 40 products",),
        status=0,
        runtimes=("ruby",),
        command="bundle exec ruby seed.rb",
    ),
    Fault(
        "go-main-ends", "exited-early", (GO + "router configured",), status=0, runtimes=("go",), command="bin/server"
    ),
    Fault(
        "dotnet-console-ends",
        "exited-early",
        ("Hello 8.0 on Linux",),
        status=0,
        runtimes=("dotnet",),
        command="dotnet Console.dll",
    ),
)

RESOURCES = (
    Fault(
        "node-heap",
        "memory-exceeded",
        (
            "<--- Last few GCs --->",
            "",
            "[{pid}:0x5f3a1c0]    28411 ms: Mark-sweep 252.8 (258.9) -> 252.1 (259.4) MB, 211.7 / 0.0 ms  (average mu = 0.112, current mu = 0.021) allocation failure; scavenge might not succeed",
            "",
            "<--- JS stacktrace --->",
            "",
            "§FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
            " 1: 0xb9c1f0 node::Abort() [node]",
            "Aborted (core dumped)",
        ),
        status=134,
        runtimes=NODE,
    ),
    Fault(
        "java-heap",
        "memory-exceeded",
        (
            '§Exception in thread "main" java.lang.OutOfMemoryError: Java heap space',
            "\tat java.base/java.util.Arrays.copyOf(Arrays.java:3537)",
            "\tat com.example.{word}.Cache.load(Cache.java:61)",
        ),
        runtimes=("jvm",),
    ),
    Fault(
        "java-calculator",
        "memory-exceeded",
        (
            "§Cannot calculate JVM memory configuration: There is insufficient memory remaining for heap. Memory available for allocation 512M is less than allocated memory 657M (-XX:ReservedCodeCacheSize=240M, -XX:MaxDirectMemorySize=10M, -XX:MaxMetaspaceSize=151M, -Xss1M * 250 threads)",
        ),
        runtimes=("jvm",),
        platforms=("cloudfoundry",),
    ),
    Fault(
        "bash-killed",
        "memory-exceeded",
        (
            "Loading model weights from model.bin",
            "@4",
            "§bash: line 1:    {pid} Killed                  python serve.py",
        ),
        status=137,
        runtimes=PYTHON,
        command="python serve.py",
    ),
    Fault(
        "node-disk",
        "disk-exceeded",
        (
            "{root}/src/cache.js:9",
            "    throw error;",
            "    ^",
            "",
            "§Error: ENOSPC: no space left on device, write",
            "    at Object.writeSync (node:fs:935:3) {{",
            "  errno: -28,",
            "  syscall: 'write',",
            "  code: 'ENOSPC'",
            "}}",
        ),
        runtimes=NODE,
    ),
    Fault(
        "python-disk",
        "disk-exceeded",
        (
            TRACE,
            '  File "{root}/main.py", line 12, in <module>',
            "    download_model()",
            "§OSError: [Errno 28] No space left on device",
        ),
        runtimes=PYTHON,
    ),
    Fault(
        "java-disk",
        "disk-exceeded",
        (
            "§java.io.IOException: No space left on device",
            "\tat java.base/sun.nio.ch.FileDispatcherImpl.write0(Native Method)",
            "\tat com.example.{word}.Store.open(Store.java:33)",
        ),
        runtimes=("jvm",),
    ),
    Fault(
        "disk-quota",
        "disk-exceeded",
        ("§write /home/vcap/app/data/cache.db: disk quota exceeded",),
        runtimes=("go",),
        platforms=("cloudfoundry",),
    ),
)

FAULTS = (*SERVICE, *SERVICE_ELSEWISE, *EXCEPTION, *EARLY, *RESOURCES)
