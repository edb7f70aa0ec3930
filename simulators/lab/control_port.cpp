#include "simulators/lab/control_port.h"

#include "engine/base/text.h"

#include <array>

namespace rollover::sim {

namespace {
constexpr std::size_t longest_request = 200;
}  // namespace

control_port::control_port(runtime& rt, const model::lab& lab, lab_simulator& devices)
    : runtime_(rt), lab_(lab), devices_(devices) {}

result<void> control_port::listen(const endpoint& at) {
    auto listening = runtime_.listen(at);
    if (!listening) {
        return listening.error();
    }
    acceptor_ = std::move(*listening);
    return {};
}

std::string control_port::answer(std::string_view line) {
    line = trim(line);
    if (line == "joins") {
        return std::to_string(devices_.joins()) + "\r\n";
    }
    const auto space = line.find(' ');
    const std::string_view verb = line.substr(0, space);
    const auto device =
        space == std::string_view::npos ? std::nullopt : model::find_device(lab_, line.substr(space + 1));
    if (device && verb == "cycle") {
        devices_.power_cycle(*device);
        return "ok\r\n";
    }
    if (device && verb == "clear") {
        devices_.clear(*device);
        return "ok\r\n";
    }
    if (device && (verb == "running" || verb == "startup")) {
        const auto& one = devices_.at(*device);
        return (verb == "running" ? one.running_configuration() : one.startup_configuration()) + "\r\n.\r\n";
    }
    return "no such request\r\n";
}

task<void> control_port::talk(std::unique_ptr<byte_stream> client) {
    std::string waiting;
    std::array<char, longest_request> piece{};
    while (waiting.size() < longest_request) {
        const auto count = co_await client->read_some(piece, never);
        if (!count) {
            co_return;
        }
        waiting.append(piece.data(), *count);
        for (auto end = waiting.find('\n'); end != std::string::npos; end = waiting.find('\n')) {
            const std::string said = answer(std::string_view(waiting).substr(0, end));
            waiting.erase(0, end + 1);
            const auto written = co_await client->write(said, never);
            if (!written) {
                co_return;
            }
        }
    }
}

task<void> control_port::serve() {
    task_group clients(runtime_);
    for (;;) {
        auto accepted = co_await acceptor_->accept();
        if (!accepted) {
            break;
        }
        clients.spawn(talk(std::move(*accepted)));
    }
    acceptor_->close();
    clients.cancel();
    co_await clients.join();
}

}  // namespace rollover::sim
