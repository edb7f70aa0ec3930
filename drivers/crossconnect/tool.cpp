#include "drivers/crossconnect/tool.h"

#include "engine/base/text.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::crossconnect {

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
    co_return failure(late ? errc::timed_out : errc::device_rejected,
                      fmt::format("{} ended with exit code {}", program, ended->exit_code))
        .after_command(typed)
        .said(std::move(ended->errors));
}

unsigned seconds_until(runtime& rt, time_point deadline) {
    constexpr std::int64_t most = 60;
    const auto left = deadline == never ? most : std::chrono::ceil<std::chrono::seconds>(deadline - rt.now()).count();
    return static_cast<unsigned>(std::clamp<std::int64_t>(left, 1, most));
}

}  // namespace rollover::crossconnect
