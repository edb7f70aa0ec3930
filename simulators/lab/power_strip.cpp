#include "simulators/lab/power_strip.h"

#include "engine/base/text.h"

#include <array>

namespace rollover::sim {

namespace {
constexpr std::size_t longest_request = 200;
}  // namespace

power_strip::power_strip(runtime& rt, const model::lab& lab, lab_simulator& devices)
    : runtime_(rt), lab_(lab), devices_(devices) {}

result<void> power_strip::listen(const endpoint& at) {
    auto listening = runtime_.listen(at);
    if (!listening) {
        return listening.error();
    }
    acceptor_ = std::move(*listening);
    return {};
}

std::string power_strip::answer(std::string_view line) {
    constexpr std::string_view cycle = "cycle ";
    const auto device =
        line.starts_with(cycle) ? model::find_device(lab_, trim(line.substr(cycle.size()))) : std::nullopt;
    if (!device) {
        return "no such outlet\r\n";
    }
    devices_.power_cycle(*device);
    return "ok\r\n";
}

task<void> power_strip::talk(std::unique_ptr<byte_stream> client) {
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

task<void> power_strip::serve() {
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
