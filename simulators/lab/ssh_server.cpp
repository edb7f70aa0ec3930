#include "simulators/lab/ssh_server.h"

#include "simulators/lab/ssh_session.h"

namespace rollover::sim {

namespace {
using namespace std::chrono_literals;
constexpr duration after_trouble = 1s;
}  // namespace

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
    task_group sessions(runtime_);
    for (;;) {
        auto accepted = co_await acceptor_->accept();
        if (accepted) {
            sessions.spawn(session(std::move(*accepted)));
            continue;
        }
        if (accepted.error().code == errc::cancelled) {
            break;
        }
        say(severity::warning, accepted.error().reason);
        const auto slept = co_await sleep_for(runtime_, after_trouble);
        if (!slept) {
            break;
        }
    }
    acceptor_->close();
    sessions.cancel();
    co_await sessions.join();
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
