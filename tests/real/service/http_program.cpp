// http_program serve PORT: a service that says what it was asked, until SIGTERM.
// http_program call METHOD URL [FILE]: the answer, after its status; FILE is the body.
// http_program events URL COUNT: so many events of a stream, or all.
#include "engine/runtime/real_runtime.h"
#include "engine/service/http_client.h"
#include "engine/service/http_server.h"
#include "engine/service/http_url.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

namespace {

using namespace rollover;
using namespace rollover::service;
using namespace std::chrono_literals;

task<void> tick(runtime* rt, event_stream& out) {
    for (int i = 1; i <= 1000; ++i) {
        const auto sent = co_await out.send(std::to_string(i), "tick", "line one\nline two of " + std::to_string(i));
        if (!sent) {
            std::cout << "the writer has ended: " << name_of(sent.error().code) << std::endl;
            co_return;
        }
        const auto slept = co_await sleep_for(*rt, 20ms);
        if (!slept) {
            std::cout << "the writer has ended: " << name_of(slept.error().code) << std::endl;
            co_return;
        }
    }
}

task<http_response> handle(runtime* rt, http_request request) {
    http_response answer;
    answer.content_type = "text/plain";
    if (request.path == "/events") {
        answer.stream = [rt](event_stream& out) { return tick(rt, out); };
    } else if (request.path == "/wait") {
        const auto slept = co_await sleep_for(*rt, 1h);
        std::cout << "the handler has ended: " << (slept ? "slept" : name_of(slept.error().code)) << std::endl;
    } else if (request.path == "/body") {
        answer.body = request.body;
    } else {
        const auto* agent = request.headers.find("user-agent");
        answer.body = request.method + " " + request.path + " " + (agent != nullptr ? *agent : "") + "\n";
    }
    co_return answer;
}

int serve_at(std::uint16_t port) {
    real_runtime rt;
    auto listening = rt.listen({"127.0.0.1", port});
    if (!listening) {
        std::cerr << describe(listening.error()) << "\n";
        return 1;
    }
    http_server_options options;
    options.log = [](const log_line& line) { std::cerr << line.text << "\n"; };
    options.most_connections = 50;
    task_group group(rt);
    rt.on_stop_signal([&group](int /*signal*/) { group.cancel(); });
    http_handler handler = [&rt](http_request request) { return handle(&rt, std::move(request)); };
    group.spawn(serve(rt, std::move(*listening), std::move(handler), std::move(options)));
    rt.run(group.join());
    std::cout << "the server has ended" << std::endl;
    return 0;
}

int print(const result<http_response>& answer) {
    if (!answer) {
        std::cerr << describe(answer.error()) << "\n";
        return 1;
    }
    std::cout << answer->status << " " << answer->content_type << "\n" << answer->body << std::flush;
    return 0;
}

task<void> call(runtime& rt, http_url url, http_request request, int& exit_code) {
    request.target = url.path;
    const auto answer = co_await http_call(rt, url.at, std::move(request), rt.now() + 20s);
    exit_code = print(answer);
}

task<void> read(runtime& rt, http_url url, int most, int& exit_code) {
    http_request request;
    request.target = url.path;
    event_reading reading;
    reading.on_event = [&most](const server_event& one) {
        std::cout << one.id << "|" << one.event << "|" << one.data << std::endl;
        return --most != 0;
    };
    const auto answer = co_await read_events(rt, url.at, std::move(request), std::move(reading));
    exit_code = print(answer);
}

}  // namespace

int main(int count, char** words) {
    const std::vector<std::string> arguments(words + 1, words + count);
    const std::string what = count > 2 ? arguments[0] : "";
    if (what == "serve") {
        return serve_at(static_cast<std::uint16_t>(std::strtoul(words[2], nullptr, 10)));
    }
    const auto url = read_http_url(what == "call" && count > 3 ? arguments[2] : what == "events" ? arguments[1] : "");
    if (!url) {
        std::cerr << describe(url.error()) << "\n";
        return 2;
    }
    real_runtime rt;
    int exit_code = 2;
    if (what == "call") {
        http_request request;
        request.method = arguments[1];
        if (count > 4) {
            std::ifstream file(arguments[3], std::ios::binary);
            request.body.assign(std::istreambuf_iterator<char>(file), {});
        }
        rt.run(call(rt, *url, std::move(request), exit_code));
    } else {
        rt.run(read(rt, *url, count > 3 ? static_cast<int>(std::strtol(words[3], nullptr, 10)) : -1, exit_code));
    }
    return exit_code;
}
