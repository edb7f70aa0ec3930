#include "engine/service/line_protocol.h"

#include "engine/base/text.h"
#include "engine/service/routes.h"

#include <array>
#include <fmt/format.h>
#include <list>

namespace rollover::service {

namespace {

constexpr std::size_t most_bytes = 8192;
constexpr duration patience = std::chrono::seconds(30);

std::string in_small_letters(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        }
    }
    return out;
}

}  // namespace

result<std::optional<line_command>> line_command_reader::feed(std::string_view bytes) {
    for (const char c : bytes) {
        if (whole_) {
            break;  // one command a connection
        }
        if (++taken_ > most_bytes) {
            return failure(errc::bad_input, "the command is too long");
        }
        if (c == '\n') {
            auto ended = end_line();
            if (!ended) {
                return ended.error();
            }
        } else if (c != '\r') {
            if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') {
                return failure(errc::bad_input, "a control character in the command");
            }
            line_ += c;
        }
    }
    return whole_ ? std::optional(command_) : std::nullopt;
}

result<void> line_command_reader::end_line() {
    const std::string line = std::exchange(line_, {});
    if (line.empty()) {
        whole_ = begun_;
        return {};
    }
    if (!begun_) {
        begun_ = true;
        command_.name = in_small_letters(line);
        return {};
    }
    const auto colon = line.find(':');
    if (colon == 0 || colon == std::string::npos) {
        return failure(errc::bad_input, "a line is not name:value");
    }
    const auto value = line.find_first_not_of(' ', colon + 1);
    command_.values[in_small_letters(line.substr(0, colon))] = value == std::string::npos ? "" : line.substr(value);
    return {};
}

namespace {

std::string answer_of(const failure& f) {
    return fmt::format("{} {}", status_of(f.code), printable(f.reason));
}

task<std::string> status(front_desk& desk, std::string id) {
    if (!id.empty()) {
        const auto found = co_await desk.find(std::move(id));
        co_return found ? fmt::format("200 {} {}", found->id, name_of(found->now)) : answer_of(found.error());
    }
    const auto all = co_await desk.list("", true);
    if (!all) {
        co_return answer_of(all.error());
    }
    std::map<std::string_view, std::size_t> count;
    for (const auto& one : *all) {
        ++count[name_of(one.now)];
    }
    std::string out = "200";
    for (const auto stage : {scheduler::stage::booked, scheduler::stage::running, scheduler::stage::ending}) {
        out += fmt::format(" {} {}", count[name_of(stage)], name_of(stage));
    }
    co_return out;
}

task<std::string> run(front_desk& desk, line_command what) {
    const caller who{"line protocol", true};
    const std::string id = what.values["resid"];
    if (what.name == "status") {
        co_return co_await status(desk, id);
    }
    if (what.name == "reload") {
        const auto done = co_await desk.reload(who);
        co_return done ? "200 reloaded" : answer_of(done.error());
    }
    if (what.name != "activate" && what.name != "deactivate" && what.name != "kill") {
        co_return "400 unknown command: reload, activate, deactivate, kill and status are known";
    }
    if (id.empty()) {
        co_return "400 resid:ID is missing";
    }
    auto work = what.name == "activate" ? desk.begin_now(who, id) : desk.cancel(who, id);
    const auto done = co_await std::move(work);
    co_return done ? fmt::format("200 {} {}", done->id, name_of(done->now)) : answer_of(done.error());
}

task<void> converse(runtime& rt, std::unique_ptr<byte_stream> with, front_desk& desk, log_sink log) {
    line_command_reader reader;
    std::array<char, 1024> bytes{};
    const auto deadline = rt.now() + patience;
    for (;;) {
        const auto got = co_await with->read_some(bytes, deadline);
        if (!got) {
            break;
        }
        auto whole = reader.feed({bytes.data(), *got});
        std::string answer;
        if (!whole) {
            answer = answer_of(whole.error()) + "\n";
        } else if (*whole) {
            const auto transaction = (*whole)->values.find("transactionid");
            const std::string id = transaction == (*whole)->values.end() ? "" : transaction->second;
            const std::string name = (*whole)->name;
            const bool has_id = transaction != (*whole)->values.end();
            answer = co_await run(desk, std::move(**whole));
            if (log) {
                log({severity::info, "", "",
                     fmt::format("line protocol: {} [{}]: {}", printable(name), printable(id), answer)});
            }
            answer += has_id ? "\nTransactionID:" + id + "\n" : "\n";
        }
        if (!answer.empty()) {
            const auto sent = co_await with->write(answer, deadline);
            static_cast<void>(sent.has_value());  // the client has gone
            break;
        }
    }
    with->close();
}

}  // namespace

task<void> serve_lines(runtime& rt, std::unique_ptr<acceptor> at, front_desk& desk, log_sink log) {
    constexpr std::size_t most_connections = 32;
    task_group clients(rt);
    for (;;) {
        auto next = co_await at->accept();
        if (!next) {
            if (next.error().code == errc::cancelled) {
                break;
            }
            const auto slept = co_await sleep_for(rt, std::chrono::milliseconds(100));
            if (!slept) {
                break;
            }
            continue;
        }
        if (clients.running() < most_connections) {
            clients.spawn(converse(rt, std::move(*next), desk, log));
        }
    }
    clients.cancel();
    co_await clients.join();
}

}  // namespace rollover::service
