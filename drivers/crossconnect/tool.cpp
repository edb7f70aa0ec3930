#include "drivers/crossconnect/tool.h"

#include "engine/base/text.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::crossconnect {

namespace {

/// What to do about an answer of Open vSwitch's tools that people meet often.
std::string_view advice_on(std::string_view program, std::string_view errors) {
    if (!program.starts_with("ovs-")) {
        return {};
    }
    struct known {
        std::string_view words;
        std::string_view advice;
    };
    static constexpr known answers[] = {
        {"is not a bridge or a socket",
         "make the bridge with ovs-vsctl add-br, or mend bridge= or ovs-run-dir= in the lab file"},
        {"no bridge named", "make the bridge with ovs-vsctl add-br, or mend bridge= in the lab file"},
        {"database connection failed", "start Open vSwitch there, or mend ovs-run-dir= in the lab file"},
        {"ermission denied", "the login needs the right to use Open vSwitch, usually root"},
        {"ommand not found", "install openvswitch-switch there"},
        {"o such file or directory", "install openvswitch-switch there, and start it"},
        {"version negotiation failed", "allow OpenFlow13 on the bridge: ovs-vsctl set bridge B protocols=[]"},
    };
    for (const auto& one : answers) {
        if (errors.find(one.words) != std::string_view::npos) {
            return one.advice;
        }
    }
    return {};
}

}  // namespace

task<result<std::string>> run_tool(host& on, std::vector<std::string> argv, std::string input, time_point deadline) {
    const auto program = argv.front();
    constexpr std::size_t words_told = 12;  // a command may have thousands
    const auto typed = rollover::join(std::span(argv).first(std::min(words_told, argv.size())), " ");
    auto ended = co_await on.run(std::move(argv), std::move(input), deadline);
    if (!ended) {
        co_return std::move(ended.error()).after_command(typed);
    }
    if (ended->exit_code == 0) {
        co_return std::move(ended->output);
    }
    constexpr int killed_by_its_own_alarm = 128 + 14;
    const bool late = ended->exit_code == killed_by_its_own_alarm;
    failure said_no(late ? errc::timed_out : errc::device_rejected,
                    fmt::format("{} ended with exit code {}", program, ended->exit_code));
    said_no.command = typed;
    said_no.hint = advice_on(program, ended->errors);
    said_no.device_text = std::move(ended->errors);
    co_return std::move(said_no);
}

task<result<std::string>> tool_host::run(std::vector<std::string> argv, std::string input, time_point deadline) {
    if (!host_) {
        auto opened = co_await open_host(runtime_, where_, deadline);
        if (!opened) {
            co_return opened.error();
        }
        host_ = std::move(*opened);
    }
    auto ended = co_await run_tool(*host_, std::move(argv), std::move(input), deadline);
    if (!ended && ended.error().code != errc::device_rejected) {
        host_.reset();  // the next one is made anew
    }
    co_return ended;
}

unsigned seconds_until(runtime& rt, time_point deadline) {
    constexpr std::int64_t most = 60;
    const auto left = deadline == never ? most : std::chrono::ceil<std::chrono::seconds>(deadline - rt.now()).count();
    return static_cast<unsigned>(std::clamp<std::int64_t>(left, 1, most));
}

}  // namespace rollover::crossconnect
