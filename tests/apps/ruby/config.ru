# A Rack app for Puma: puma -b tcp://HOST:PORT config.ru; FAULT as in ../python/app.py.
fault = ENV.fetch("FAULT", "right")

case fault
when "crash"
  raise "the template folder has no index page"
when "exits"
  puts "nothing to do"
  exit 0
when "never"
  puts "hello from the app"
  sleep
when "late"
  puts "warming up the search index"
  sleep ENV.fetch("LATE_S", "5").to_f
end

run lambda { |env|
  health = env["PATH_INFO"] == "/health"
  sleep ENV.fetch("SLOW_S", "7").to_f if health && fault == "slow"
  failing = health && fault == "failing"
  [failing ? 503 : 200, { "Content-Type" => "text/plain" }, [failing ? "not ready\n" : "hello\n"]]
}
