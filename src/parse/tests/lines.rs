//! Single lines and short files of every format: time, level, service and body. All systems are invented.

use super::*;
use rstest::rstest;

#[rstest]
#[case::iso("2024-01-15T10:00:00Z cart ready", "2024-01-15T10:00:00Z | - | - | cart ready")]
#[case::offset("2024-01-15T10:00:00.5+02:00 cart ready", "2024-01-15T08:00:00.5Z | - | - | cart ready")]
#[case::level(
    "2024-01-15 10:00:00,123 WARN cart is slow",
    "2024-01-15T10:00:00.123Z | warn | - | cart is slow"
)]
#[case::lower_level("2024-01-15T10:00:00Z info ready", "2024-01-15T10:00:00Z | info | - | ready")]
#[case::level_first("ERROR 2024-01-15 10:00:00 no stock", "2024-01-15T10:00:00Z | error | - | no stock")]
#[case::no_guessing(
    "2024-01-15T10:00:00Z cart had an error",
    "2024-01-15T10:00:00Z | - | - | cart had an error"
)]
#[case::epoch("1705312800 ready", "2024-01-15T10:00:00Z | - | - | ready")]
#[case::epoch_millis("1705312800123 INFO ready", "2024-01-15T10:00:00.123Z | info | - | ready")]
#[case::epoch_float("[1705312800.250000] ready", "2024-01-15T10:00:00.25Z | - | - | ready")]
#[case::two_digit_year("24/01/15 10:00:00 INFO shop.Pay: paid", "2024-01-15T10:00:00Z | info | - | paid")]
#[case::six_six("240115 100000 7 INFO shop.Pay$Run: paid", "2024-01-15T10:00:00Z | info | - | paid")]
#[case::month_day("[01.15 10:00:00] shop.exe - opened", "2024-01-15T10:00:00Z | - | - | shop.exe - opened")]
#[case::syslog(
    "Jan 15 10:00:00 web1 sshd[12]: Accepted key",
    "2024-01-15T10:00:00Z | - | sshd | Accepted key"
)]
#[case::syslog_module(
    "Jan 15 10:00:00 web1 sshd(pam_unix)[12]: failure",
    "2024-01-15T10:00:00Z | - | sshd | failure"
)]
#[case::syslog_no_pid("Jan 15 10:00:00 web1 kernel: eth0 up", "2024-01-15T10:00:00Z | - | kernel | eth0 up")]
#[case::syslog_iso(
    "2024-01-15T10:00:00.1+00:00 web1 cron[3]: (root) CMD",
    "2024-01-15T10:00:00.1Z | - | cron | (root) CMD"
)]
#[case::syslog_3164("<34>Jan 15 10:00:00 web1 su[3]: failed", "2024-01-15T10:00:00Z | fatal | su | failed")]
#[case::syslog_3164_no_host("<30>Jan 15 10:00:00 su[3]: ok", "2024-01-15T10:00:00Z | info | su | ok")]
#[case::syslog_5424(
    "<165>1 2024-01-15T10:00:00.003Z web1 cart 7 ID47 [a@1 k=\"v]\\\"\"] ready",
    "2024-01-15T10:00:00.003Z | notice | cart | ready"
)]
#[case::syslog_5424_nil("<11>1 - - - - - - ready", "- | error | - | ready")]
#[case::syslog_json(
    "<14>1 2024-01-15T10:00:00Z web1 cart 7 - - {\"level\":\"warn\",\"msg\":\"slow\"}",
    "2024-01-15T10:00:00Z | warn | cart | slow"
)]
#[case::klog(
    "E0115 10:00:00.123456       7 sync.go:12] no pods",
    "2024-01-15T10:00:00.123456Z | error | - | no pods"
)]
#[case::common(
    "203.0.113.7 - kim [15/Jan/2024:10:00:00 +0000] \"GET /a HTTP/1.1\" 200 12",
    "2024-01-15T10:00:00Z | - | - | \"GET /a HTTP/1.1\" 200 12"
)]
#[case::combined(
    "203.0.113.7 - - [15/Jan/2024:10:00:00 +0100] \"GET / HTTP/2.0\" 502 0 \"-\" \"curl/8\"",
    "2024-01-15T09:00:00Z | - | - | \"GET / HTTP/2.0\" 502 0 \"-\" \"curl/8\""
)]
#[case::vhost(
    "shop.example:443 203.0.113.7 - - [15/Jan/2024:10:00:00 +0000] \"-\" 408 0",
    "2024-01-15T10:00:00Z | - | - | \"-\" 408 0"
)]
#[case::nginx_error(
    "2024/01/15 10:00:00 [error] 7#7: *9 open() failed",
    "2024-01-15T10:00:00Z | error | - | *9 open() failed"
)]
#[case::apache_error(
    "[Mon Jan 15 10:00:00.123456 2024] [core:error] [pid 7:tid 8] [client 203.0.113.7:9] no file",
    "2024-01-15T10:00:00.123456Z | error | - | no file"
)]
#[case::apache_old(
    "[Mon Jan 15 10:00:00 2024] [notice] workerEnv ok",
    "2024-01-15T10:00:00Z | notice | - | workerEnv ok"
)]
#[case::log4j(
    "2024-01-15 10:00:00,123 ERROR [pool-1] shop.Pay: declined",
    "2024-01-15T10:00:00.123Z | error | - | declined"
)]
#[case::logback(
    "2024-01-15 10:00:00.123 [pool-1] INFO  shop.Pay - paid",
    "2024-01-15T10:00:00.123Z | info | - | paid"
)]
#[case::spring(
    "2024-01-15T10:00:00.123Z  INFO 7 --- [main] c.shop.Pay : paid",
    "2024-01-15T10:00:00.123Z | info | - | paid"
)]
#[case::spring_named(
    "2024-01-15T10:00:00.123Z  WARN 7 --- [cart] [nio-1] c.shop.Pay : slow",
    "2024-01-15T10:00:00.123Z | warn | - | slow"
)]
#[case::clock_only("10:00:00.123 [main] INFO shop.Pay - paid", "2024-01-31T10:00:00.123Z | info | - | paid")]
#[case::jul("Jan 15, 2024 10:00:00 AM shop.Pay run", "2024-01-15T10:00:00Z | - | - | shop.Pay run")]
#[case::tomcat(
    "15-Jan-2024 10:00:00.123 INFO [main] shop.Main.start Ready",
    "2024-01-15T10:00:00.123Z | info | - | shop.Main.start Ready"
)]
#[case::python(
    "2024-01-15 10:00:00,123 - shop.cart - WARNING - low stock",
    "2024-01-15T10:00:00.123Z | warn | - | low stock"
)]
#[case::python_basic("ERROR:shop.cart:low stock", "- | error | - | low stock")]
#[case::celery(
    "[2024-01-15 10:00:00,123: INFO/MainProcess] ready",
    "2024-01-15T10:00:00.123Z | info | - | ready"
)]
#[case::loguru(
    "2024-01-15 10:00:00.123 | ERROR    | shop.cart:add:12 - low stock",
    "2024-01-15T10:00:00.123Z | error | - | low stock"
)]
#[case::go_log("2024/01/15 10:00:00 listening on :8080", "2024-01-15T10:00:00Z | - | - | listening on :8080")]
#[case::go_file(
    "2024/01/15 10:00:00.123456 main.go:12: listening",
    "2024-01-15T10:00:00.123456Z | - | - | listening"
)]
#[case::slog(
    "time=2024-01-15T10:00:00.123Z level=INFO msg=\"cart ready\" n=3",
    "2024-01-15T10:00:00.123Z | info | - | cart ready"
)]
#[case::logrus(
    "time=\"2024-01-15T10:00:00Z\" level=error msg=\"said \\\"no\\\"\" app=cart",
    "2024-01-15T10:00:00Z | error | cart | said \"no\""
)]
#[case::logrus_terminal("WARN[0012] low stock  item=3", "- | warn | - | low stock  item=3")]
#[case::zap_console(
    "2024-01-15T10:00:00.123Z\tERROR\tcart\tapi/server.go:12\tlow stock\t{\"item\": 3}",
    "2024-01-15T10:00:00.123Z | error | - | low stock\t{\"item\": 3}"
)]
#[case::logfmt_no_message(
    "ts=1705312800.5 level=warn caller=a.go:1 err=\"no disk\"",
    "2024-01-15T10:00:00.5Z | warn | - | caller=a.go:1 err=\"no disk\""
)]
#[case::iso_logfmt(
    "2024-01-15T10:00:00Z level=info msg=ready svc=cart",
    "2024-01-15T10:00:00Z | info | cart | ready"
)]
#[case::postgres(
    "2024-01-15 10:00:00.123 UTC [12] app@shop ERROR:  relation \"x\" does not exist",
    "2024-01-15T10:00:00.123Z | error | - | relation \"x\" does not exist"
)]
#[case::postgres_detail(
    "2024-01-15 10:00:00.123 CET [12] DETAIL:  Key exists.",
    "2024-01-15T09:00:00.123Z | - | - | Key exists."
)]
#[case::mysql(
    "2024-01-15T10:00:00.123456Z 8 [Warning] [MY-010055] [Server] IP address could not be resolved",
    "2024-01-15T10:00:00.123456Z | warn | - | IP address could not be resolved"
)]
#[case::mysql_old(
    "240115 10:00:00 [Note] ready for connections",
    "2024-01-15T10:00:00Z | notice | - | ready for connections"
)]
#[case::mongo_text(
    "2024-01-15T10:00:00.123+0000 I NETWORK  [conn1] end connection",
    "2024-01-15T10:00:00.123Z | info | - | end connection"
)]
#[case::redis(
    "1234:M 15 Jan 2024 10:00:00.123 * Ready to accept",
    "2024-01-15T10:00:00.123Z | - | - | Ready to accept"
)]
#[case::envoy(
    "[2024-01-15 10:00:00.123][1][info][main] [source/server.cc:12] starting",
    "2024-01-15T10:00:00.123Z | info | - | starting"
)]
#[case::rabbit(
    "2024-01-15 10:00:00.123 [info] <0.12.0> Server startup",
    "2024-01-15T10:00:00.123Z | info | - | Server startup"
)]
#[case::uvicorn("INFO:     Started server process [7]", "- | info | - | Started server process [7]")]
#[case::bracket_level("[ERROR] cannot bind", "- | error | - | cannot bind")]
#[case::heroku(
    "2024-01-15T10:00:00.1+00:00 app[web.1]: listening",
    "2024-01-15T10:00:00.1Z | - | app | listening"
)]
#[case::lambda(
    "2024-01-15T10:00:00.123Z\t6f1c2d3e-0000-4000-8000-00000000000a\tINFO\tpaid",
    "2024-01-15T10:00:00.123Z | info | - | paid"
)]
#[case::cri(
    "2024-01-15T10:00:00.123456789Z stderr F cart ready",
    "2024-01-15T10:00:00.123456789Z | - | - | cart ready"
)]
#[case::cri_inner(
    "2024-01-15T10:00:00.5Z stdout F 10:00:00.123 ERROR no stock",
    "2024-01-15T10:00:00.5Z | error | - | no stock"
)]
#[case::cri_json(
    "2024-01-15T10:00:00.5Z stdout F {\"level\":\"error\",\"msg\":\"no stock\",\"service\":\"cart\"}",
    "2024-01-15T10:00:00.5Z | error | cart | no stock"
)]
#[case::colours(
    "\u{1b}[2m2024-01-15T10:00:00Z\u{1b}[0m \u{1b}[32mINFO\u{1b}[0m cart: ready",
    "2024-01-15T10:00:00Z | info | - | cart: ready"
)]
fn a_line_is_taken_apart(#[case] line: &str, #[case] expected: &str) {
    assert_eq!(shown(line), [expected]);
}

#[rstest]
#[case::common(
    r#"{"time":"2024-01-15T10:00:00Z","level":"info","msg":"ready","service":"cart"}"#,
    "2024-01-15T10:00:00Z | info | cart | ready"
)]
#[case::zap(
    r#"{"level":"error","ts":1705312800.5,"caller":"a.go:1","msg":"no"}"#,
    "2024-01-15T10:00:00.5Z | error | - | no"
)]
#[case::zap_exponent(
    r#"{"level":"info","ts":1.7053128e+09,"msg":"no"}"#,
    "2024-01-15T10:00:00Z | info | - | no"
)]
#[case::pino(
    r#"{"level":50,"time":1705312800123,"pid":7,"hostname":"w","name":"cart","msg":"no"}"#,
    "2024-01-15T10:00:00.123Z | error | cart | no"
)]
#[case::bunyan(r#"{"name":"cart","hostname":"w","pid":7,"level":40,"msg":"slow","time":"2024-01-15T10:00:00.123Z","v":0}"#, "2024-01-15T10:00:00.123Z | warn | cart | slow")]
#[case::python(
    r#"{"asctime":"2024-01-15 10:00:00,123","levelname":"CRITICAL","name":"shop.cart","message":"no"}"#,
    "2024-01-15T10:00:00.123Z | fatal | - | no"
)]
#[case::structlog(
    r#"{"event":"item added","level":"info","timestamp":"2024-01-15T10:00:00Z","app":"cart"}"#,
    "2024-01-15T10:00:00Z | info | cart | item added"
)]
#[case::logstash(r#"{"@timestamp":"2024-01-15T10:00:00.123+01:00","@version":"1","message":"m","logger_name":"shop.Pay","level":"WARN","level_value":30000}"#, "2024-01-15T09:00:00.123Z | warn | - | m")]
#[case::ecs(r#"{"@timestamp":"2024-01-15T10:00:00Z","log.level":"INFO","message":"m","service.name":"cart","event":{"dataset":"x"}}"#, "2024-01-15T10:00:00Z | info | cart | m")]
#[case::ecs_nested(
    r#"{"@timestamp":"2024-01-15T10:00:00Z","log":{"level":"INFO"},"message":"m","service":{"name":"cart"}}"#,
    "2024-01-15T10:00:00Z | info | cart | m"
)]
#[case::serilog(
    r#"{"@t":"2024-01-15T10:00:00.1234567Z","@mt":"Paid {Id}","@l":"Warning","Id":3}"#,
    "2024-01-15T10:00:00.1234567Z | warn | - | Paid {Id}"
)]
#[case::gcp(r#"{"severity":"ERROR","textPayload":"no","timestamp":"2024-01-15T10:00:00Z","resource":{"labels":{"container_name":"cart"}}}"#, "2024-01-15T10:00:00Z | error | cart | no")]
#[case::gcp_json(
    r#"{"severity":"INFO","jsonPayload":{"message":"paid","n":1},"timestamp":"2024-01-15T10:00:00Z"}"#,
    "2024-01-15T10:00:00Z | info | - | paid"
)]
#[case::gelf(
    r#"{"version":"1.1","host":"w","short_message":"no","timestamp":1705312800.25,"level":3,"_app":"cart"}"#,
    "2024-01-15T10:00:00.25Z | error | cart | no"
)]
#[case::telemetry(
    r#"{"timeUnixNano":"1705312800123456789","severityNumber":17,"body":{"stringValue":"no"}}"#,
    "2024-01-15T10:00:00.123456789Z | error | - | no"
)]
#[case::mongo(r#"{"t":{"$date":"2024-01-15T10:00:00.123+00:00"},"s":"W","c":"NETWORK","id":1,"ctx":"conn1","msg":"slow","attr":{"x":1}}"#, "2024-01-15T10:00:00.123Z | warn | - | slow")]
#[case::journald(r#"{"__REALTIME_TIMESTAMP":"1705312800123456","PRIORITY":"3","SYSLOG_IDENTIFIER":"sshd","_PID":"7","MESSAGE":"no key"}"#, "2024-01-15T10:00:00.123456Z | error | sshd | no key")]
#[case::journald_bytes(
    r#"{"__REALTIME_TIMESTAMP":"1705312800123456","PRIORITY":"3","SYSLOG_IDENTIFIER":"sshd","MESSAGE":[110,111, 32,107,195,169,121]}"#,
    "2024-01-15T10:00:00.123456Z | error | sshd | no kéy"
)]
#[case::numbers_as_message(
    r#"{"time":"2024-01-15T10:00:00Z","message":[1,2,80]}"#,
    "2024-01-15T10:00:00Z | - | - | [1,2,80]"
)]
#[case::docker(
    r#"{"log":"cart ready\n","stream":"stdout","time":"2024-01-15T10:00:00.123456789Z"}"#,
    "2024-01-15T10:00:00.123456789Z | - | - | cart ready"
)]
#[case::docker_header(r#"{"log":"10:00:00.123 ERROR shop.Pay#7 declined \"x\"\n","stream":"stdout","time":"2024-01-15T10:00:00.5Z"}"#, "2024-01-15T10:00:00.5Z | error | - | declined \"x\"")]
#[case::docker_json(r#"{"log":"{\"level\":\"warn\",\"msg\":\"slow \\\"x\\\"\",\"service\":\"cart\"}\n","stream":"stdout","time":"2024-01-15T10:00:00.5Z"}"#, "2024-01-15T10:00:00.5Z | warn | cart | slow \"x\"")]
#[case::fluentd(r#"{"log":"2024-01-15 10:00:00,123 INFO ready","kubernetes":{"pod_name":"cart-64469b5b48-25zj6","container_name":"app","labels":{"tier":"web"}},"@timestamp":"2024-01-15T10:00:01Z"}"#, "2024-01-15T10:00:01Z | info | cart | ready")]
#[case::fluentd_label(
    r#"{"log":"ready","kubernetes":{"pod_name":"x-64469b5b48-25zj6","labels":{"app":"cart"}}}"#,
    "- | - | cart | ready"
)]
#[case::json_in_message(
    r#"{"@timestamp":"2024-01-15T10:00:00Z","message":"{\"level\":\"error\",\"msg\":\"no\"}"}"#,
    "2024-01-15T10:00:00Z | error | - | no"
)]
#[case::line_in_message(
    r#"{"@timestamp":"2024-01-15T10:00:01Z","message":"2024-01-15 10:00:00 WARN slow","fields":{"a":1}}"#,
    "2024-01-15T10:00:01Z | warn | - | slow"
)]
#[case::first_line(
    r#"{"time":"2024-01-15T10:00:00Z","msg":"boom\n\tat shop.Pay"}"#,
    "2024-01-15T10:00:00Z | - | - | boom"
)]
#[case::no_message(
    r#"{"time":"2024-01-15T10:00:00Z","level":"info","status":200,"path":"/a b","user":{"id":7},"x":null}"#,
    "2024-01-15T10:00:00Z | info | - | status=200 path=\"/a b\" user.id=7"
)]
#[case::cloudtrail(r#"{"eventTime":"2024-01-15T10:00:00Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","errorCode":"AccessDenied"}"#, "2024-01-15T10:00:00Z | - | s3.amazonaws.com | eventName=GetObject errorCode=AccessDenied")]
#[case::log4j2(
    r#"{"instant":{"epochSecond":1705312800,"nanoOfSecond":123000000},"level":"INFO","message":"m"}"#,
    "2024-01-15T10:00:00.123Z | info | - | m"
)]
#[case::message_object(
    r#"{"time":"2024-01-15T10:00:00Z","message":{"a":1}}"#,
    r#"2024-01-15T10:00:00Z | - | - | {"a":1}"#
)]
#[case::date_and_time(
    r#"{"date":"2024-01-15","time":"10:00:00.5","msg":"m"}"#,
    "2024-01-15T10:00:00.5Z | - | - | m"
)]
fn a_json_line_is_taken_apart(#[case] line: &str, #[case] expected: &str) {
    assert_eq!(shown(line), [expected]);
}

#[rstest]
#[case::csv("@timestamp,@message,@logStream\n2024-01-15 10:00:00.123,\"ERROR no, \"\"x\"\"\",web/1\n", &["heading", "2024-01-15T10:00:00.123Z | - | web/1 | ERROR no, \"x\""])]
#[case::csv_multi_line("Time,Message,Level\n2024-01-15T10:00:00Z,\"boom\n\tat shop.Pay\nend\",error\n2024-01-15T10:00:01Z,ok,info\n", &["heading", "2024-01-15T10:00:00Z | - | - | boom", "+ \tat shop.Pay", "+ end", "2024-01-15T10:00:01Z | info | - | ok"])]
#[case::csv_docker("Timestamp,PodName,Container,Log\n2024-01-15T10:00:00.5Z,cart-64469b5b48-25zj6,server,\"{\"\"log\"\":\"\"18:00:00.123 INFO  shop.Pay#7 paid\\n\"\",\"\"stream\"\":\"\"stdout\"\"}\"\n", &["heading", "2024-01-15T10:00:00.5Z | info | cart | paid"])]
#[case::csv_no_message("time;status;path\n2024-01-15T10:00:00Z;200;/a b\n", &["heading", "2024-01-15T10:00:00Z | - | - | status=200 path=\"/a b\""])]
#[case::tsv("date\ttime\tlevel\tmessage\n2024-01-15\t10:00:00\tWARN\tslow\n", &["heading", "2024-01-15T10:00:00Z | warn | - | slow"])]
#[case::w3c("#Software: x\n#Fields: date time cs-method cs-uri-stem sc-status\n2024-01-15 10:00:00 GET /a 200\n", &["heading", "heading", "2024-01-15T10:00:00Z | - | - | cs-method=GET cs-uri-stem=/a sc-status=200"])]
#[case::compose("cart-1  | 2024-01-15T10:00:00Z INFO ready\ndb-1    | started\n", &["2024-01-15T10:00:00Z | info | cart | ready", "- | - | db | started"])]
#[case::kubectl("[pod/cart-7d4f8b9c6-x2x4z/app] 2024-01-15T10:00:00Z ready\n[pod/cart-7d4f8b9c6-x2x4z/app] {\"level\":\"error\",\"msg\":\"no\"}\n", &["2024-01-15T10:00:00Z | - | cart | ready", "- | error | cart | no"])]
#[case::stern("+ cart-7d4f8b9c6-x2x4z › app\ncart-7d4f8b9c6-x2x4z app 2024-01-15T10:00:00Z ready\n", &["heading", "2024-01-15T10:00:00Z | - | cart | ready"])]
#[case::cri_partial("2024-01-15T10:00:00Z stdout P first \n2024-01-15T10:00:00Z stdout F second\n2024-01-15T10:00:01Z stdout F third\n", &["2024-01-15T10:00:00Z | - | - | first ", "+ second", "2024-01-15T10:00:01Z | - | - | third"])]
#[case::compose_interleaved("web-1  | 2024-01-15T10:00:00Z ERROR boom\ndb-1   | 2024-01-15T10:00:01Z INFO ready\nweb-1  | Traceback (most recent call last):\nweb-1  |   File \"a.py\", line 1, in f\ndb-1   | 2024-01-15T10:00:02Z INFO still ready\nweb-1  | ValueError: bad\nweb-1  | 2024-01-15T10:00:03Z INFO fine\n", &["2024-01-15T10:00:00Z | error | web | boom", "2024-01-15T10:00:01Z | info | db | ready", "2024-01-15T10:00:00Z | error | web | Traceback (most recent call last):", "+   File \"a.py\", line 1, in f", "2024-01-15T10:00:02Z | info | db | still ready", "2024-01-15T10:00:00Z | error | web | ValueError: bad", "2024-01-15T10:00:03Z | info | web | fine"])]
#[case::kubectl_go("[pod/a-7d4f8b9c6-x2x4z/app] 2024-01-15T10:00:00Z ready\n[pod/b-7d4f8b9c6-x2x4z/app] 2024-01-15T10:00:01Z ready\n[pod/b-7d4f8b9c6-x2x4z/app] panic: no\n[pod/b-7d4f8b9c6-x2x4z/app] goroutine 1 [running]:\n[pod/a-7d4f8b9c6-x2x4z/app] 2024-01-15T10:00:02Z done\n[pod/b-7d4f8b9c6-x2x4z/app] main.main()\n", &["2024-01-15T10:00:00Z | - | a | ready", "2024-01-15T10:00:01Z | - | b | ready", "- | - | b | panic: no", "+ goroutine 1 [running]:", "2024-01-15T10:00:02Z | - | a | done", "- | - | b | main.main()"])]
#[case::cri_interleaved("2024-01-15T10:00:00Z stdout P first \n2024-01-15T10:00:01Z stderr F ERROR other\n2024-01-15T10:00:02Z stdout F second\n2024-01-15T10:00:03Z stdout F third\n", &["2024-01-15T10:00:00Z | - | - | first ", "2024-01-15T10:00:01Z | error | - | other", "2024-01-15T10:00:00Z | - | - | second", "2024-01-15T10:00:03Z | - | - | third"])]
#[case::docker_interleaved("{\"log\":\"10:00:00.123 ERROR shop.Pay - boom\\n\",\"stream\":\"stderr\",\"time\":\"2024-01-15T10:00:00Z\"}\n{\"log\":\"10:00:00.123 INFO shop.Cart - ok\\n\",\"stream\":\"stdout\",\"time\":\"2024-01-15T10:00:01Z\"}\n{\"log\":\"\\tat shop.Pay.run(Pay.java:7)\\n\",\"stream\":\"stderr\",\"time\":\"2024-01-15T10:00:01Z\"}\n", &["2024-01-15T10:00:00Z | error | - | boom", "2024-01-15T10:00:01Z | info | - | ok", "2024-01-15T10:00:00Z | error | - | \tat shop.Pay.run(Pay.java:7)"])]
#[case::docker_trace("{\"log\":\"10:00:00.123 ERROR shop.Pay - boom\\n\",\"time\":\"2024-01-15T10:00:00Z\"}\n{\"log\":\"shop.PayException: no\\n\",\"time\":\"2024-01-15T10:00:00Z\"}\n{\"log\":\"\\tat shop.Pay.run(Pay.java:7)\\n\",\"time\":\"2024-01-15T10:00:00Z\"}\n", &["2024-01-15T10:00:00Z | error | - | boom", "+ shop.PayException: no", "+ \tat shop.Pay.run(Pay.java:7)"])]
#[case::slow_query("# Time: 2024-01-15T10:00:00.123456Z\n# User@Host: app[app] @ [203.0.113.7]\n# Query_time: 2.1  Lock_time: 0.0\nSELECT 1;\n", &["2024-01-15T10:00:00.123456Z | - | - | slow query", "+ # User@Host: app[app] @ [203.0.113.7]", "+ # Query_time: 2.1  Lock_time: 0.0", "+ SELECT 1;"])]
#[case::java("2024-01-15 10:00:00,123 ERROR shop.Pay - boom\njava.lang.IllegalStateException: no\n\tat shop.Pay.run(Pay.java:7)\nCaused by: java.io.IOException: x\n\t... 3 more\n2024-01-15 10:00:01,123 INFO shop.Pay - ok\n", &["2024-01-15T10:00:00.123Z | error | - | boom", "+ java.lang.IllegalStateException: no", "+ \tat shop.Pay.run(Pay.java:7)", "+ Caused by: java.io.IOException: x", "+ \t... 3 more", "2024-01-15T10:00:01.123Z | info | - | ok"])]
#[case::unknown("2024-01-15T10:00:00Z one\n2024-01-15T10:00:01Z two\n%% what is this\n2024-01-15T10:00:02Z three\n", &["2024-01-15T10:00:00Z | - | - | one", "2024-01-15T10:00:01Z | - | - | two", "?+ %% what is this", "2024-01-15T10:00:02Z | - | - | three"])]
#[case::plain("starting\n\nready\n", &["- | - | - | starting", "blank", "- | - | - | ready"])]
#[case::windows_breaks("2024-01-15T10:00:00Z one\r\n\r\n", &["2024-01-15T10:00:00Z | - | - | one", "blank"])]
#[case::mixed("2024-01-15T10:00:00Z INFO one\n{\"ts\":1705312801,\"msg\":\"two\"}\n203.0.113.7 - - [15/Jan/2024:10:00:02 +0000] \"GET / HTTP/1.1\" 200 1\nJan 15 10:00:03 web1 cron[3]: four\nlevel=warn msg=five\n", &["2024-01-15T10:00:00Z | info | - | one", "2024-01-15T10:00:01Z | - | - | two", "2024-01-15T10:00:02Z | - | - | \"GET / HTTP/1.1\" 200 1", "2024-01-15T10:00:03Z | - | cron | four", "- | warn | - | five"])]
fn a_file_is_taken_apart(#[case] text: &str, #[case] expected: &[&str]) {
    assert_eq!(shown(text), expected);
}
