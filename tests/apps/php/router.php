<?php
// Answers every path of PHP's built-in server: php -S HOST:PORT router.php; FAULT as in ../python/app.py.
$fault = getenv("FAULT") ?: "right";
$health = parse_url($_SERVER["REQUEST_URI"], PHP_URL_PATH) === "/health";
if ($health && $fault === "slow") {
    usleep((int) (1e6 * (float) (getenv("SLOW_S") ?: "7")));
}
$failing = $health && $fault === "failing";
http_response_code($failing ? 503 : 200);
echo $failing ? "not ready\n" : "hello\n";
