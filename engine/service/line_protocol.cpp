#include "engine/service/line_protocol.h"

#include "engine/base/text.h"
#include "engine/runtime/peer_address.h"
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

task<std::string> status(front_desk& desk, caller who, std::string id) {
    if (!id.empty()) {
        const auto found = co_await desk.find(std::move(who), std::move(id));
        co_return found ? fmt::format("200 {} {}", found->id, name_of(found->now)) : answer_of(found.error());
    }
    const auto all = co_await desk.list(std::move(who), "", true);
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

task<std::string> run(front_desk& desk, caller who, line_command what) {
    const std::string id = what.values["resid"];
    if (what.name == "status") {
        co_return co_await status(desk, std::move(who), id);
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

/// Lets in and runs, or says why not; what was refused is written down.
task<std::string> answer_to(front_desk& desk, gate& entry, line_command what, std::string peer) {
    shown seen;
    seen.peer = std::move(peer);
    seen.name = "line protocol";
    if (const auto token = what.values.find("token"); token != what.values.end()) {
        seen.something = true;
        seen.token = access::read_token(token->second);
        what.values.erase(token);
    }
    auto door = co_await entry.admit(std::move(seen));
    if (!door.who) {
        co_return fmt::format("{} {}", door.status, printable(door.why.reason));
    }
    const caller who = *door.who;
    const std::string asked = what.name + " " + what.values["resid"];
    std::string answer = co_await run(desk, who, std::move(what));
    if (answer.starts_with("403 ")) {
        co_await desk.refused(who, asked, answer.substr(4));
    }
    co_return answer;
}

/// One connection while it lives, of all and of its address.
class lines_here {
public:
    lines_here(std::map<std::string, std::size_t>& of_address, std::string peer)
        : of_address_(of_address), peer_(std::move(peer)) {
        ++of_address_[peer_];
    }
    ~lines_here() {
        if (--of_address_[peer_] == 0) {
            of_address_.erase(peer_);
        }
    }
    lines_here(const lines_here&) = delete;
    lines_here& operator=(const lines_here&) = delete;
    [[nodiscard]] const std::string& peer() const noexcept { return peer_; }

private:
    std::map<std::string, std::size_t>& of_address_;
    std::string peer_;
};

task<void> converse(runtime& rt, std::unique_ptr<byte_stream> with, front_desk& desk, gate& entry, log_sink log,
                    std::unique_ptr<lines_here> here) {
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
            answer = co_await answer_to(desk, entry, std::move(**whole), here->peer());
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

task<void> serve_lines(runtime& rt, std::unique_ptr<acceptor> at, front_desk& desk, gate& entry, log_sink log) {
    constexpr std::size_t most_connections = 32;
    constexpr std::size_t most_of_one_address = 8;
    std::map<std::string, std::size_t> of_address;
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
        std::string peer = peer_address(**next);
        const auto found = of_address.find(peer);
        const bool too_many = found != of_address.end() && found->second >= most_of_one_address;
        if (clients.running() < most_connections && (!too_many || is_loopback_address(peer))) {
            auto here = std::make_unique<lines_here>(of_address, std::move(peer));
            clients.spawn(converse(rt, std::move(*next), desk, entry, log, std::move(here)));
        }
    }
    clients.cancel();
    co_await clients.join();
}

}  // namespace rollover::service
