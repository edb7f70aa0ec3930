#include "simulators/lab/ssh_server.h"

#include "simulators/lab/accept_all.h"
#include "simulators/lab/ssh_session.h"

namespace rollover::sim {

ssh_server::ssh_server(runtime& rt, std::string name, std::vector<ssh_account> accounts, ssh_key key, log_sink log)
    : runtime_(rt), name_(std::move(name)), accounts_(std::move(accounts)), key_(key), log_(std::move(log)) {}

ssh_server::~ssh_server() = default;

result<void> ssh_server::listen(const endpoint& at) {
    auto listening = runtime_.listen(at);
    if (!listening) {
        return listening.error();
    }
    acceptor_ = std::move(*listening);
    return {};
}

void ssh_server::say(severity level, const std::string& text) {
    if (log_) {
        log_({level, {}, name_, text});
    }
}

task<void> ssh_server::serve() {
    std::function<task<void>(std::unique_ptr<byte_stream>)> one = [this](std::unique_ptr<byte_stream> stream) {
        return session(std::move(stream));
    };
    std::function<void(const failure&)> complain = [this](const failure& f) { say(severity::warning, f.reason); };
    co_await accept_all(runtime_, *acceptor_, std::move(one), std::move(complain));
}

task<void> ssh_server::session(std::unique_ptr<byte_stream> stream) {
    ssh_server_session client(runtime_, accounts_, log_, name_);
    const auto opened = client.open(stream->descriptor(), key_);
    if (!opened) {
        say(severity::warning, opened.error().reason);
        stream->close();
        co_return;
    }
    co_await client.run();
    stream->close();
}

}  // namespace rollover::sim
