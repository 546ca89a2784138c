"""Faults that end a start before the port: missing parts, missing commands, missing settings."""

from __future__ import annotations

from .model import Fault

__all__ = ["FAULTS"]

NODE = ("node",)
PYTHON = ("python",)
TRACE = "Traceback (most recent call last):"
GO = "{clock:%Y/%m/%d %H:%M:%S} "
NPM_ERRORS = ("npm ERR! code ELIFECYCLE", "npm ERR! errno 1", "npm ERR! {name}@1.4.0 start: `node index.js`", "npm ERR! Exit status 1")
NODE_LOAD = ("    at Module._resolveFilename (node:internal/modules/cjs/loader:1145:15)", "    at Module._load (node:internal/modules/cjs/loader:986:27)", "    at require (node:internal/modules/helpers:179:18)")
GUNICORN = "[{clock:%Y-%m-%d %H:%M:%S} +0000] [{child}] "
GUNICORN_DOWN = ("[{clock:%Y-%m-%d %H:%M:%S} +0000] [{child}] [INFO] Worker exiting (pid: {child})", "[{clock:%Y-%m-%d %H:%M:%S} +0000] [{pid}] [ERROR] Worker (pid:{child}) exited with code 3", "[{clock:%Y-%m-%d %H:%M:%S} +0000] [{pid}] [ERROR] Shutting down: Master", "[{clock:%Y-%m-%d %H:%M:%S} +0000] [{pid}] [ERROR] Reason: Worker failed to boot.")
GUNICORN_UP = ("[{clock:%Y-%m-%d %H:%M:%S} +0000] [{pid}] [INFO] Starting gunicorn 22.0.0", "[{clock:%Y-%m-%d %H:%M:%S} +0000] [{pid}] [INFO] Listening at: http://0.0.0.0:{port} ({pid})", "[{clock:%Y-%m-%d %H:%M:%S} +0000] [{pid}] [INFO] Using worker: sync", "[{clock:%Y-%m-%d %H:%M:%S} +0000] [{child}] [INFO] Booting worker with pid: {child}")
SPRING_FAILED = ("", "***************************", "APPLICATION FAILED TO START", "***************************", "", "Description:", "")

DEPENDENCY = (
    Fault("node-module", "crash-missing-dependency", ("node:internal/modules/cjs/loader:1148", "  throw err;", "  ^", "", "§Error: Cannot find module '{module}'", "Require stack:", "- {root}/src/index.js", *NODE_LOAD, "  code: 'MODULE_NOT_FOUND',", "  requireStack: [ '{root}/src/index.js' ]", "}}"), runtimes=NODE),
    Fault("node-package-esm", "crash-missing-dependency", ("node:internal/modules/esm/resolve:854", "  throw new ERR_MODULE_NOT_FOUND(packageName, fileURLToPath(base), null);", "        ^", "", "§Error [ERR_MODULE_NOT_FOUND]: Cannot find package '{module}' imported from {root}/server.js", "    at packageResolve (node:internal/modules/esm/resolve:854:9)", "  code: 'ERR_MODULE_NOT_FOUND'", "}}"), runtimes=NODE),
    Fault("node-module-npm", "crash-missing-dependency", ("internal/modules/cjs/loader.js:638", "    throw err;", "    ^", "", "§Error: Cannot find module '{module}'", "    at Function.Module._resolveFilename (internal/modules/cjs/loader.js:636:15)", "    at require (internal/modules/cjs/helpers.js:25:18)", *NPM_ERRORS), runtimes=NODE),
    Fault("python-module", "crash-missing-dependency", (TRACE, '  File "{root}/main.py", line 3, in <module>', "    import {module}", "§ModuleNotFoundError: No module named '{module}'"), runtimes=PYTHON),
    Fault("gunicorn-module", "crash-missing-dependency", (*GUNICORN_UP, "@0.6", GUNICORN + "[ERROR] Exception in worker process", TRACE, '  File "{root}/.venv/lib/python3.11/site-packages/gunicorn/arbiter.py", line 609, in spawn_worker', "    worker.init_process()", '  File "{root}/core/wsgi.py", line 12, in <module>', "    import {module}", "§ModuleNotFoundError: No module named '{module}'", *GUNICORN_DOWN), status=3, frameworks=("gunicorn",)),
    Fault("python-library-file", "crash-missing-dependency", (TRACE, '  File "{root}/app.py", line 2, in <module>', "    import cv2", "§ImportError: libGL.so.1: cannot open shared object file: No such file or directory"), runtimes=PYTHON),
    Fault("ruby-gem", "crash-missing-dependency", ("§{root}/config/boot.rb:3:in `require': cannot load such file -- {module} (LoadError)", "\tfrom {root}/config/boot.rb:3:in `<top (required)>'", "\tfrom bin/rails:3:in `<main>'"), runtimes=("ruby",)),
    Fault("ruby-bundle", "crash-missing-dependency", ("§Could not find {module}-2.2.3 in any of the sources (Bundler::GemNotFound)", "Run `bundle install` to install missing gems."), status=7, runtimes=("ruby",)),
    Fault("java-class", "crash-missing-dependency", ('§Exception in thread "main" java.lang.NoClassDefFoundError: com/fasterxml/jackson/databind/ObjectMapper', "\tat com.example.{word}.Application.main(Application.java:11)", "§Caused by: java.lang.ClassNotFoundException: com.fasterxml.jackson.databind.ObjectMapper", "\tat java.base/jdk.internal.loader.BuiltinClassLoader.loadClass(BuiltinClassLoader.java:641)"), runtimes=("jvm",)),
    Fault("shared-library", "crash-missing-dependency", ("§bin/server: error while loading shared libraries: libvips.so.42: cannot open shared object file: No such file or directory",), status=127, runtimes=("go", "rust")),
    Fault("glibc-version", "crash-missing-dependency", ("§./server: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by ./server)",), status=1, runtimes=("rust", "go"), acceptable=("crash-exception",)),
    Fault("dotnet-framework", "crash-missing-dependency", ("§You must install or update .NET to run this application.", "", "App: {root}/Shop.Api.dll", "Architecture: x64", "Framework: 'Microsoft.AspNetCore.App', version '8.0.0' (x64)", ".NET location: /usr/share/dotnet", "", "The following frameworks were found:", "  6.0.32 at [/usr/share/dotnet/shared/Microsoft.AspNetCore.App]"), status=150, runtimes=("dotnet",), acceptable=("crash-config", "crash-exception")),
    Fault("dotnet-assembly", "crash-missing-dependency", ("§Unhandled exception. System.IO.FileNotFoundException: Could not load file or assembly 'Npgsql, Version=8.0.3.0, Culture=neutral, PublicKeyToken=5d8b90d52f46fda7'. The system cannot find the file specified.", "   at Program.<Main>$(String[] args)"), status=134, runtimes=("dotnet",)),
    Fault("php-autoload", "crash-missing-dependency", ("§PHP Fatal error:  Uncaught Error: Failed opening required '{root}/vendor/autoload.php' (include_path='.:/usr/share/php') in {root}/public/index.php:4", "  thrown in {root}/public/index.php on line 4"), status=255, runtimes=("php",)),
    Fault("r-package", "crash-missing-dependency", ("§Error in library(plumber) : there is no package called ‘plumber’", "Execution halted"), runtimes=("r",)),
    Fault("deno-module", "crash-missing-dependency", ('§error: Module not found "file://{root}/deps.ts".', "    at file://{root}/main.ts:1:23"), runtimes=("deno",), acceptable=("crash-missing-command",)),
    Fault("bun-module", "crash-missing-dependency", ('§error: Cannot find package "{module}" from "{root}/index.ts"',), runtimes=("bun",)),
)

COMMAND = (
    Fault("bash-not-found", "crash-missing-command", ("§bash: gunicorn: command not found",), status=127, runtimes=PYTHON, command="gunicorn app:app", acceptable=("crash-missing-dependency",)),
    Fault("bash-line-not-found", "crash-missing-command", ("§bash: line 1: uvicorn: command not found",), status=127, runtimes=PYTHON, command="uvicorn main:app", acceptable=("crash-missing-dependency",)),
    Fault("sh-not-found-npm", "crash-missing-command", ("", "> {name}@1.4.0 start", "> react-scripts start", "", "§sh: 1: react-scripts: not found", "npm ERR! code ELIFECYCLE", "npm ERR! syscall spawn", "npm ERR! file sh", "npm ERR! errno ENOENT"), status=1, runtimes=NODE, command="npm start", acceptable=("crash-missing-dependency",)),
    Fault("npm-missing-script", "crash-missing-command", ('§npm ERR! Missing script: "start"', "npm ERR! ", "npm ERR! To see a list of scripts, run:", "npm ERR!   npm run"), runtimes=NODE, command="npm start"),
    Fault("npm-missing-script-old", "crash-missing-command", ("§npm ERR! missing script: start", "npm ERR! A complete log of this run can be found in:"), runtimes=NODE, command="npm start"),
    Fault("npm-no-package-json", "crash-missing-command", ("npm ERR! code ENOENT", "npm ERR! syscall open", "npm ERR! path {root}/package.json", "npm ERR! errno -2", "§npm ERR! enoent ENOENT: no such file or directory, open '{root}/package.json'"), status=254, runtimes=NODE, command="npm start", acceptable=("crash-config", "crash-exception")),
    Fault("node-entry", "crash-missing-command", ("node:internal/modules/cjs/loader:1148", "  throw err;", "  ^", "", "§Error: Cannot find module '{root}/dist/main.js'", *NODE_LOAD[:2], "    at node:internal/main/run_main_module:28:49 {{", "  code: 'MODULE_NOT_FOUND',", "  requireStack: []", "}}"), runtimes=NODE, command="node dist/main.js", acceptable=("crash-missing-dependency",)),
    Fault("python-file", "crash-missing-command", ("§python: can't open file '{root}/server.py': [Errno 2] No such file or directory",), status=2, runtimes=PYTHON, command="python server.py"),
    Fault("uvicorn-entry", "crash-missing-command", ('§ERROR:    Error loading ASGI app. Could not import module "main".',), frameworks=("uvicorn",), acceptable=("crash-missing-dependency", "crash-exception", "crash-config")),
    Fault("jar-missing", "crash-missing-command", ("§Error: Unable to access jarfile target/app-1.0.jar",), runtimes=("jvm",), command="java -jar target/app-1.0.jar", acceptable=("crash-missing-dependency",)),
    Fault("main-class", "crash-missing-command", ("§Error: Could not find or load main class com.example.{word}.Application", "§Caused by: java.lang.ClassNotFoundException: com.example.{word}.Application"), runtimes=("jvm",), command="java -cp classes com.example.Application", acceptable=("crash-missing-dependency",)),
    Fault("binary-missing", "crash-missing-command", ("§bash: bin/server: No such file or directory",), status=127, runtimes=("go", "rust"), command="bin/server"),
    Fault("script-not-executable", "crash-missing-command", ("§bash: ./start.sh: Permission denied",), status=126, runtimes=("go", "node", "ruby"), command="./start.sh"),
    Fault("wrong-architecture", "crash-missing-command", ("§bash: ./server: cannot execute binary file: Exec format error",), status=126, runtimes=("go", "rust"), command="./server", acceptable=("crash-exception", "build-failed", "crash-missing-dependency")),
    Fault("bundler-no-gemfile", "crash-missing-command", ("§Could not locate Gemfile or .bundle/ directory",), status=10, runtimes=("ruby",), command="bundle exec puma", acceptable=("crash-missing-dependency", "crash-config")),
    Fault("bundler-command", "crash-missing-command", ("§bundler: command not found: puma", "Install missing gem executables with `bundle install`"), status=127, runtimes=("ruby",), command="bundle exec puma", acceptable=("crash-missing-dependency",)),
    Fault("dotnet-dll", "crash-missing-command", ("§Could not execute because the specified command or file was not found.", "Possible reasons for this include:", "  * You misspelled a built-in dotnet command.", "§  * You intended to execute a .NET program, but dotnet-Shop.Api.dll does not exist."), runtimes=("dotnet",), command="dotnet Shop.Api.dll"),
    Fault("php-directory", "crash-missing-command", ("§Directory public does not exist.",), runtimes=("php",), command="php -S 0.0.0.0:$PORT -t public", acceptable=("crash-config", "crash-exception")),
)

CONFIG = (
    Fault("node-variable", "crash-config", ("{root}/src/config.js:14", "    throw new Error(`Missing required environment variable: ${{name}}`);", "    ^", "", "§Error: Missing required environment variable: {variable}", "    at required ({root}/src/config.js:14:11)", "    at Object.<anonymous> ({root}/src/config.js:19:14)"), runtimes=NODE),
    Fault("node-schema", "crash-config", ("§❌ Invalid environment variables: {{ {variable}: [ 'Required' ] }}", "{root}/dist/env.js:22", "    throw new Error('Invalid environment variables');", "    ^", "", "Error: Invalid environment variables", "    at Object.<anonymous> ({root}/dist/env.js:22:11)"), runtimes=NODE),
    Fault("mongoose-uri", "crash-config", ('§MongooseError: The `uri` parameter to `openUri()` must be a string, got "undefined". Make sure the first parameter to `mongoose.connect()` or `mongoose.createConnection()` is a string.', "    at NativeConnection.openUri ({root}/node_modules/mongoose/lib/connection.js:694:11)", "    at Object.<anonymous> ({root}/server.js:16:10)"), runtimes=NODE, acceptable=("crash-backing-service",)),
    Fault("stripe-key", "crash-config", ("§Error: Neither apiKey nor config.authenticator provided", "    at Stripe._setAuthenticator ({root}/node_modules/stripe/cjs/stripe.core.js:155:23)", "    at Object.<anonymous> ({root}/payments.js:3:16)"), runtimes=NODE, acceptable=("crash-exception",)),
    Fault("python-variable", "crash-config", (TRACE, '  File "{root}/core/settings.py", line 23, in <module>', "    SECRET_KEY = os.environ['{variable}']", '  File "<frozen os>", line 679, in __getitem__', "§KeyError: '{variable}'"), runtimes=PYTHON),
    Fault("django-secret", "crash-config", (TRACE, '  File "{root}/manage.py", line 22, in <module>', "    main()", "§django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty."), frameworks=("django", "daphne")),
    Fault("pydantic-settings", "crash-config", (TRACE, '  File "{root}/app/config.py", line 18, in <module>', "    settings = Settings()", "§pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings", "§{variable}", "  Field required [type=missing, input_value={{}}, input_type=dict]"), runtimes=PYTHON),
    Fault("decouple", "crash-config", (TRACE, '  File "{root}/core/settings.py", line 31, in <module>', "    SECRET_KEY = config('{variable}')", "§decouple.UndefinedValueError: {variable} not found. Declare it as envvar or define a default value."), runtimes=PYTHON),
    Fault("rails-secret", "crash-config", ("§{root}/vendor/bundle/ruby/3.2.0/gems/railties-7.1.3.4/lib/rails/application.rb:612:in `validate_secret_key_base': Missing `secret_key_base` for 'production' environment, set this string with `bin/rails credentials:edit` (ArgumentError)",), runtimes=("ruby",), frameworks=("rails", "puma"), boots=True),
    Fault("ruby-variable", "crash-config", ("§{root}/config/initializers/stripe.rb:1:in `fetch': key not found: \"{variable}\" (KeyError)", "\tfrom {root}/config/initializers/stripe.rb:1:in `<main>'"), runtimes=("ruby",)),
    Fault("spring-placeholder", "crash-config", ("{clock:%Y-%m-%dT%H:%M:%S}.{ms}Z ERROR {pid} --- [           main] o.s.boot.SpringApplication               : Application run failed", "", "org.springframework.beans.factory.BeanCreationException: Error creating bean with name 'jwtService': Injection of autowired dependencies failed", "§Caused by: java.lang.IllegalArgumentException: Could not resolve placeholder 'jwt.secret' in value \"${{jwt.secret}}\""), frameworks=("spring-boot",), boots=True),
    Fault("spring-datasource", "crash-config", (*SPRING_FAILED, "§Failed to configure a DataSource: 'url' attribute is not specified and no embedded datasource could be configured.", "", "Reason: Failed to determine a suitable driver class", "", "Action:", "", "Consider the following:"), frameworks=("spring-boot",), boots=True),
    Fault("go-variable", "crash-config", ("§" + GO + "required key {variable} missing value",), runtimes=("go",)),
    Fault("go-must-be-set", "crash-config", ("§" + GO + "{variable} environment variable must be set",), runtimes=("go",)),
    Fault("elixir-variable", "crash-config", ("§** (RuntimeError) environment variable {variable} is missing.", "    For example: ecto://USER:PASS@HOST/DATABASE", "    config/runtime.exs:32: (file)"), runtimes=("elixir",)),
    Fault("dotnet-connection", "crash-config", ("§Unhandled exception. System.InvalidOperationException: Connection string 'DefaultConnection' not found.", "   at Program.<Main>$(String[] args) in /src/Program.cs:line 12"), status=134, runtimes=("dotnet",)),
    Fault("rust-variable", "crash-config", ("thread 'main' panicked at src/main.rs:14:42:", "§{variable} must be set: NotPresent", "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace"), status=101, runtimes=("rust",)),
    Fault("cf-binding", "crash-config", ("§Error: No service matches xsuaa", "    at getCredentials ({root}/node_modules/@example/xsenv/lib/filter.js:41:20)"), runtimes=NODE, platforms=("cloudfoundry",), acceptable=("crash-backing-service", "crash-exception")),
)

FAULTS = (*DEPENDENCY, *COMMAND, *CONFIG)
