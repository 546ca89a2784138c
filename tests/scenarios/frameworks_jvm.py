"""Servers and frameworks of the JVM and Ruby: what they print from start to first request."""

from __future__ import annotations

from .model import Framework

__all__ = ["FRAMEWORKS"]

SPRING = "{clock:%Y-%m-%dT%H:%M:%S}.{ms}Z  INFO {pid} --- [           main] "
OLD_SPRING = "{clock:%Y-%m-%d %H:%M:%S}.{ms}  INFO {pid} --- [           main] "
BANNER = (
    "  .   ____          _            __ _ _",
    " /\\\\ / ___'_ __ _ _(_)_ __  __ _ \\ \\ \\ \\",
    "( ( )\\___ | '_ | '_| | '_ \\/ _` | \\ \\ \\ \\",
    "  '  |____| .__|_| |_|_| |_\\__, | / / / /",
    " =========|_|==============|___/=/_/_/_/",
)
JAR = "java $JAVA_OPTS -Dserver.port=$PORT -jar target/app-1.0.jar"
CATALINA = "{clock:%d-%b-%Y %H:%M:%S}.{ms} INFO [main] "
RACK = '10.1.9.31 - - [{clock:%d/%b/%Y:%H:%M:%S} +0000] "GET {path} HTTP/1.1" {status} 812 0.0123'
RAILS_SERVED = "I, [{clock:%Y-%m-%dT%H:%M:%S}.{ms}201 #{pid}]  INFO -- : Completed {status} OK in 21ms (Views: 8.1ms | ActiveRecord: 2.2ms)"
PUMA = (
    "Puma starting in single mode...",
    '* Puma version: 6.4.2 (ruby 3.2.4-p170) ("The Eagle of Durin")',
    "*  Min threads: 5",
    "*  Max threads: 5",
    "*  Environment: production",
    "*          PID: {pid}",
)
UNICORN = "I, [{clock:%Y-%m-%dT%H:%M:%S}.{ms}118 #{pid}]  INFO -- : "

FRAMEWORKS = (
    Framework(
        "spring-boot",
        "jvm",
        JAR,
        (
            "§"
            + SPRING
            + "o.s.b.w.embedded.tomcat.TomcatWebServer  : Tomcat started on port {port} (http) with context path '/'",
            SPRING
            + "com.example.{word}.Application        : Started Application in 4.812 seconds (process running for 5.377)",
        ),
        8080,
        boot=(
            *BANNER,
            " :: Spring Boot ::                (v3.3.2)",
            "",
            SPRING
            + "com.example.{word}.Application        : Starting Application v1.0 using Java 17.0.11 with PID {pid}",
            SPRING + "o.s.b.w.embedded.tomcat.TomcatWebServer  : Tomcat initialized with port {port} (http)",
        ),
        fixed="java -jar target/app-1.0.jar",
        seconds=6,
        names=("tomcat",),
    ),
    Framework(
        "spring-boot",
        "jvm",
        JAR,
        (
            "§"
            + OLD_SPRING
            + "o.s.b.w.embedded.tomcat.TomcatWebServer  : Tomcat started on port(s): {port} (http) with context path ''",
            OLD_SPRING
            + "com.example.{word}.Application        : Started Application in 6.115 seconds (JVM running for 6.902)",
        ),
        8080,
        boot=(
            *BANNER,
            " :: Spring Boot ::        (v2.5.4)",
            "",
            OLD_SPRING
            + "com.example.{word}.Application        : No active profile set, falling back to default profiles: default",
            OLD_SPRING + "o.s.b.w.embedded.tomcat.TomcatWebServer  : Tomcat initialized with port(s): {port} (http)",
        ),
        fixed="java -jar build/libs/app.jar",
        seconds=8,
        names=("tomcat",),
    ),
    Framework(
        "spring-boot",
        "jvm",
        JAR,
        (
            "§" + SPRING + "o.s.b.web.embedded.netty.NettyWebServer  : Netty started on port {port}",
            SPRING
            + "com.example.{word}.Application        : Started Application in 3.204 seconds (process running for 3.9)",
        ),
        8080,
        boot=(" :: Spring Boot ::                (v3.1.8)",),
        fixed="java -jar app.jar",
        seconds=5,
        names=("netty",),
    ),
    Framework(
        "tomcat",
        "jvm",
        "java -jar webapp-runner.jar --port $PORT target/shop.war",
        (
            "§" + CATALINA + 'org.apache.coyote.AbstractProtocol.start Starting ProtocolHandler ["http-nio-{port}"]',
            CATALINA + "org.apache.catalina.startup.Catalina.start Server startup in [4312] milliseconds",
        ),
        8080,
        boot=(
            CATALINA + 'org.apache.coyote.AbstractProtocol.init Initializing ProtocolHandler ["http-nio-{port}"]',
            CATALINA + "org.apache.catalina.core.StandardService.startInternal Starting service [Catalina]",
        ),
        fixed="catalina.sh run",
        seconds=6,
    ),
    Framework(
        "jetty",
        "jvm",
        "java -Djetty.http.port=$PORT -jar start.jar",
        (
            "§{clock:%Y-%m-%d %H:%M:%S}.{ms}:INFO:oejs.AbstractConnector:main: Started ServerConnector@5e91993f{{HTTP/1.1, (http/1.1)}}{{0.0.0.0:{port}}}",
            "{clock:%Y-%m-%d %H:%M:%S}.{ms}:INFO:oejs.Server:main: Started @2117ms",
        ),
        8080,
        boot=("{clock:%Y-%m-%d %H:%M:%S}.{ms}:INFO:oejs.Server:main: jetty-9.4.54.v20240208; jvm 11.0.23+9",),
        loopback=(
            "§{clock:%Y-%m-%d %H:%M:%S}.{ms}:INFO:oejs.AbstractConnector:main: Started ServerConnector@5e91993f{{HTTP/1.1, (http/1.1)}}{{127.0.0.1:{port}}}",
        ),
        fixed="java -jar start.jar",
        address="0.0.0.0",
        stream="ERR",
    ),
    Framework(
        "quarkus",
        "jvm",
        "java -Dquarkus.http.port=$PORT -jar quarkus-run.jar",
        (
            "§{clock:%Y-%m-%d %H:%M:%S},{ms} INFO  [io.quarkus] (main) {name} 1.0.0 on JVM (powered by Quarkus 3.12.1) started in 1.342s. Listening on: http://0.0.0.0:{port}",
            "{clock:%Y-%m-%d %H:%M:%S},{ms} INFO  [io.quarkus] (main) Profile prod activated.",
        ),
        8080,
        loopback=(
            "§{clock:%Y-%m-%d %H:%M:%S},{ms} INFO  [io.quarkus] (main) {name} 1.0.0 on JVM (powered by Quarkus 3.12.1) started in 1.342s. Listening on: http://localhost:{port}",
        ),
        fixed="java -jar quarkus-run.jar",
        address="0.0.0.0",
        near="localhost",
    ),
    Framework(
        "micronaut",
        "jvm",
        "java -jar build/libs/app-all.jar",
        (
            "§{clock:%H:%M:%S}.{ms} [main] INFO  io.micronaut.runtime.Micronaut - Startup completed in 1287ms. Server Running: http://{machine}:{port}",
        ),
        8080,
        boot=(
            "{clock:%H:%M:%S}.{ms} [main] INFO  i.m.c.DefaultApplicationContext$RuntimeConfiguredEnvironment - Established active environments: [cloud]",
        ),
        seconds=3,
    ),
    Framework(
        "dropwizard",
        "jvm",
        "java -Ddw.server.applicationConnectors[0].port=$PORT -jar service.jar server config.yml",
        (
            "§INFO  [{clock:%Y-%m-%d %H:%M:%S},{ms}] org.eclipse.jetty.server.AbstractConnector: Started application@68c72235{{HTTP/1.1, (http/1.1)}}{{0.0.0.0:{port}}}",
            "INFO  [{clock:%Y-%m-%d %H:%M:%S},{ms}] org.eclipse.jetty.server.AbstractConnector: Started admin@2f61f937{{HTTP/1.1, (http/1.1)}}{{0.0.0.0:8081}}",
        ),
        8080,
        fixed="java -jar service.jar server config.yml",
        address="0.0.0.0",
        seconds=5,
        names=("jetty",),
    ),
    Framework(
        "play",
        "jvm",
        "target/universal/stage/bin/shop -Dhttp.port=$PORT",
        ("§{clock:%Y-%m-%d %H:%M:%S} INFO  p.c.s.AkkaHttpServer  Listening for HTTP on /0:0:0:0:0:0:0:0:{port}",),
        9000,
        boot=("{clock:%Y-%m-%d %H:%M:%S} INFO  play.api.Play  Application started (Prod) (no global state)",),
        fixed="target/universal/stage/bin/shop",
        seconds=5,
    ),
    Framework(
        "ktor",
        "jvm",
        "java -jar build/libs/fat.jar",
        (
            "{clock:%Y-%m-%d %H:%M:%S}.{ms} [main] INFO  Application - Application started in 0.921 seconds.",
            "§{clock:%Y-%m-%d %H:%M:%S}.{ms} [DefaultDispatcher-worker-1] INFO  Application - Responding at http://0.0.0.0:{port}",
        ),
        8080,
        boot=(
            "{clock:%Y-%m-%d %H:%M:%S}.{ms} [main] INFO  Application - Autoreload is disabled because the development mode is off.",
        ),
        loopback=(
            "§{clock:%Y-%m-%d %H:%M:%S}.{ms} [DefaultDispatcher-worker-1] INFO  Application - Responding at http://127.0.0.1:{port}",
        ),
        address="0.0.0.0",
        seconds=3,
    ),
    Framework(
        "http4s",
        "jvm",
        "java -jar http4s.jar",
        (
            "§[io-compute-1] INFO  o.h.e.s.EmberServerBuilderCompanionPlatform - Ember-Server service bound to address: 0.0.0.0:{port}",
        ),
        8080,
        loopback=(
            "§[io-compute-1] INFO  o.h.e.s.EmberServerBuilderCompanionPlatform - Ember-Server service bound to address: 127.0.0.1:{port}",
        ),
        address="0.0.0.0",
        seconds=4,
    ),
    Framework(
        "vertx",
        "jvm",
        "java -jar verticle-fat.jar",
        (
            "§HTTP server started on port {port}",
            "{clock:%b %d, %Y %I:%M:%S %p} io.vertx.core.impl.launcher.commands.VertxIsolatedDeployer",
            "INFO: Succeeded in deploying verticle",
        ),
        8888,
        names=("java", "vert.x"),
        seconds=2,
    ),
    Framework(
        "puma",
        "ruby",
        "bundle exec puma -C config/puma.rb",
        ("§* Listening on http://0.0.0.0:{port}", "Use Ctrl-C to stop"),
        9292,
        boot=PUMA,
        loopback=("§* Listening on http://127.0.0.1:{port}", "Use Ctrl-C to stop"),
        fixed="bundle exec puma",
        address="0.0.0.0",
        served=RACK,
        names=("rails", "rack", "sinatra"),
    ),
    Framework(
        "puma",
        "ruby",
        "bundle exec puma -t 5:5 -p $PORT -w 2",
        (
            "§[{pid}] * Listening on tcp://0.0.0.0:{port}",
            "[{pid}] Use Ctrl-C to stop",
            "[{pid}] - Worker 0 (pid: {child}) booted, phase: 0",
        ),
        9292,
        boot=(
            "[{pid}] Puma starting in cluster mode...",
            "[{pid}] * Version 4.3.12 (ruby 2.7.8-p225), codename: Mysterious Traveller",
            "[{pid}] * Process workers: 2",
        ),
        loopback=("§[{pid}] * Listening on tcp://localhost:{port}", "[{pid}] Use Ctrl-C to stop"),
        near="localhost",
        fixed="bundle exec puma -w 2",
        address="0.0.0.0",
        served=RACK,
        names=("rails", "rack"),
    ),
    Framework(
        "rails",
        "ruby",
        "bin/rails server -p $PORT -e production",
        ("§* Listening on http://0.0.0.0:{port}", "Use Ctrl-C to stop"),
        3000,
        boot=(
            "=> Booting Puma",
            "=> Rails 7.1.3.4 application starting in production",
            "=> Run `bin/rails server --help` for more startup options",
            *PUMA,
        ),
        loopback=(
            "§* Listening on http://127.0.0.1:{port}",
            "§* Listening on http://[::1]:{port}",
            "Use Ctrl-C to stop",
        ),
        fixed="bin/rails server -e production",
        address="0.0.0.0",
        served=RAILS_SERVED,
        names=("puma",),
        seconds=7,
    ),
    Framework(
        "unicorn",
        "ruby",
        "bundle exec unicorn -p $PORT -c config/unicorn.rb",
        (
            "§" + UNICORN + "listening on addr=0.0.0.0:{port} fd=9",
            UNICORN + "worker=0 spawning...",
            UNICORN + "master process ready",
            UNICORN + "worker=0 ready",
        ),
        8080,
        loopback=(
            "§" + UNICORN + "listening on addr=127.0.0.1:{port} fd=9",
            UNICORN + "master process ready",
            UNICORN + "worker=0 ready",
        ),
        fixed="bundle exec unicorn -c config/unicorn.rb",
        address="0.0.0.0",
        served=RACK,
        stream="ERR",
    ),
    Framework(
        "webrick",
        "ruby",
        "bundle exec rackup config.ru -o 0.0.0.0 -p $PORT",
        ("§[{clock:%Y-%m-%d %H:%M:%S}] INFO  WEBrick::HTTPServer#start: pid={pid} port={port}",),
        9292,
        boot=(
            "[{clock:%Y-%m-%d %H:%M:%S}] INFO  WEBrick 1.8.1",
            "[{clock:%Y-%m-%d %H:%M:%S}] INFO  ruby 3.1.4 (2023-03-30) [x86_64-linux]",
        ),
        fixed="bundle exec rackup config.ru -o 0.0.0.0",
        stream="ERR",
        names=("rack",),
    ),
    Framework(
        "thin",
        "ruby",
        "bundle exec thin start -p $PORT",
        (
            "{clock:%Y-%m-%d %H:%M:%S} +0000 Thin web server (v1.8.2 codename Ruby Razor)",
            "{clock:%Y-%m-%d %H:%M:%S} +0000 Maximum connections set to 1024",
            "§{clock:%Y-%m-%d %H:%M:%S} +0000 Listening on 0.0.0.0:{port}, CTRL+C to stop",
        ),
        3000,
        loopback=("§{clock:%Y-%m-%d %H:%M:%S} +0000 Listening on localhost:{port}, CTRL+C to stop",),
        near="localhost",
        fixed="bundle exec thin start",
        address="0.0.0.0",
    ),
    Framework(
        "passenger",
        "ruby",
        "bundle exec passenger start -p $PORT --max-pool-size 3",
        (
            "=============== Phusion Passenger(R) Standalone web server started ===============",
            "PID file: /app/passenger.{port}.pid",
            "Environment: production",
            "§Accessible via: http://0.0.0.0:{port}/",
            "",
            "You can stop Phusion Passenger(R) Standalone by pressing Ctrl-C.",
        ),
        3000,
        fixed="bundle exec passenger start --max-pool-size 3",
        address="0.0.0.0",
        seconds=4,
    ),
    Framework(
        "sinatra",
        "ruby",
        "bundle exec ruby app.rb -o 0.0.0.0 -p $PORT",
        (
            "== Sinatra (v4.0.0) has taken the stage on {port} for production with backup from Puma",
            *PUMA,
            "§* Listening on http://0.0.0.0:{port}",
            "Use Ctrl-C to stop",
        ),
        4567,
        loopback=(
            "== Sinatra (v4.0.0) has taken the stage on {port} for development with backup from Puma",
            *PUMA,
            "§* Listening on http://127.0.0.1:{port}",
            "Use Ctrl-C to stop",
        ),
        fixed="bundle exec ruby app.rb -o 0.0.0.0",
        address="0.0.0.0",
        names=("puma",),
        served=RACK,
    ),
)
