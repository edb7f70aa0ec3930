#include "simulators/lab/tcp_line_server.h"

#include "simulators/lab/accept_all.h"
#include "simulators/lab/tcp_line_session.h"

namespace rollover::sim {

tcp_line_server::tcp_line_server(runtime& rt, serial_line& line, model::line_protocol protocol, log_sink log)
    : runtime_(rt), line_(line), protocol_(protocol), log_(std::move(log)) {}

result<void> tcp_line_server::listen(const endpoint& at) {
    at_ = at;
    auto listening = runtime_.listen(at);
    if (!listening) {
        return listening.error();
    }
    // A fault: the address is ours (that was tried), but for a while nobody is there.
    if (line_.deaf_for() == duration::zero()) {
        acceptor_ = std::move(*listening);
    }
    return {};
}

void tcp_line_server::say(severity level, const std::string& text) {
    if (log_) {
        log_({level, {}, line_.name(), text});
    }
}

task<void> tcp_line_server::serve() {
    if (!acceptor_) {
        const auto slept = co_await sleep_for(runtime_, line_.deaf_for());
        if (!slept) {
            co_return;
        }
        auto listening = runtime_.listen(at_);
        if (!listening) {
            say(severity::error, listening.error().reason);
            co_return;
        }
        acceptor_ = std::move(*listening);
    }
    std::function<task<void>(std::unique_ptr<byte_stream>)> one = [this](std::unique_ptr<byte_stream> stream) {
        return session(std::move(stream));
    };
    std::function<void(const failure&)> complain = [this](const failure& f) { say(severity::warning, f.reason); };
    co_await accept_all(runtime_, *acceptor_, std::move(one), std::move(complain));
}

task<void> tcp_line_server::session(std::unique_ptr<byte_stream> stream) {
    task_group group(runtime_);
    tcp_line_session client(runtime_, line_, *stream, group, protocol_);
    co_await client.run();
    group.cancel();
    co_await group.join();
}

}  // namespace rollover::sim
