#include "drivers/transport/menu.h"

#include "engine/base/text.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace rollover::transport {

namespace {

constexpr duration question_patience = std::chrono::seconds(10);
constexpr std::size_t most_words = 4096;  // a long menu

std::string_view answer_of(const menu_question& q, const line_address& a) {
    switch (q.answer) {
        case menu_answer::number: return a.number;
        case menu_answer::user: return a.user;
        case menu_answer::password: return a.password ? a.password->reveal() : std::string_view();
    }
    return {};
}

task<result<void>> await_question(runtime& rt, line& on, const std::string& question, time_point deadline) {
    std::array<char, 256> buffer{};
    std::string said;
    const time_point until = std::min(deadline, rt.now() + question_patience);
    while (!trim(said).ends_with(trim(question))) {
        const auto got = co_await on.receive(buffer, until);
        if (!got && got.error().code == errc::timed_out) {
            co_return failure(errc::refused, fmt::format("the converter does not ask '{}'", question))
                .said(printable(said))
                .advise(
                    "compare with the <menu> of the converter's model, and its login; menu=\"false\" if it has none");
        }
        if (!got) {
            co_return got.error();
        }
        if (const auto* data = std::get_if<data_received>(&*got)) {
            said.append(buffer.data(), data->bytes);
            said.erase(0, said.size() - std::min(said.size(), most_words));
        }
    }
    co_return result<void>();
}

task<result<void>> say(line& on, std::string answer, time_point deadline) {
    answer.push_back('\r');
    for (std::size_t i = 0; i < answer.size();) {
        const auto sent = on.try_send(answer[i]);
        if (!sent) {
            co_return sent.error();
        }
        if (*sent == send_result::sent) {
            ++i;
            continue;
        }
        const auto free = co_await on.writable(deadline);
        if (!free) {
            co_return free;
        }
    }
    co_return result<void>();
}

}  // namespace

task<result<void>> pass_menu(runtime& rt, line& on, const line_address& address, time_point deadline) {
    for (const auto& question : address.menu) {
        const result<void> asked = co_await await_question(rt, on, question.says, deadline);
        if (!asked) {
            co_return asked;
        }
        const result<void> answered = co_await say(on, std::string(answer_of(question, address)), deadline);
        if (!answered) {
            co_return answered;
        }
    }
    co_return result<void>();
}

}  // namespace rollover::transport
