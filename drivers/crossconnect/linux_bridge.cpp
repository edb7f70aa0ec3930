// The driver for bridges of the Linux kernel: reads what stands, lets linux_bridge_plan decide, hands `ip -batch` and
// `tc -batch` the lines, and looks whether it is so then.
#include "drivers/crossconnect/host.h"
#include "drivers/crossconnect/linux_bridge_plan.h"
#include "engine/base/text.h"

#include <charconv>
#include <fmt/format.h>

namespace rollover::crossconnect {

namespace {

using namespace std::chrono_literals;

constexpr int linux_attempts = 3;                // when another engine takes a device between our reading and our lines
constexpr duration until_it_is_settled = 500ms;  // a batch on the host itself takes a few milliseconds
constexpr duration undoing = 20s;

struct known_answer {
    std::string_view words;
    errc code;
    std::string_view advice;
};

/// What to do about an answer of the tools that people meet often.
constexpr known_answer linux_answers[] = {
    {"qdisc kind is unknown", errc::unsupported,
     "the kernel there has no netem: load it (modprobe sch_netem) or take netem= out of the lab file"},
    {"nknown device type", errc::unsupported, "load what the kernel there lacks: modprobe 8021q, bridge, vxlan"},
    {"peration not supported", errc::unsupported, "load what the kernel there lacks: modprobe 8021q, bridge, vxlan"},
    {"peration not permitted", errc::device_rejected, "the login needs the right to change the network, usually root"},
    {"ommand not found", errc::device_rejected, "install iproute2 there"},
    {"o such file or directory", errc::device_rejected, "install iproute2 there"},
    {"is already being used", errc::device_rejected, "see what uses it: ip -d link show"},
};

/// The line of `batch` that "Command failed -:3" tells of.
std::string failed_line(std::string_view errors, const std::string& batch) {
    constexpr std::string_view before = "ommand failed -:";
    const auto at = errors.rfind(before);
    std::size_t number = 0;
    if (at != std::string_view::npos) {
        const auto digits = errors.substr(at + before.size());
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
    }
    const auto lines = split_lines(batch);
    return number >= 1 && number <= lines.size() ? std::string(lines[number - 1]) : std::string();
}

bool says_taken(const failure& f) {
    return f.device_text.find("File exists") != std::string::npos;
}

/// One operation on one host.
class linux_operation {
public:
    linux_operation(runtime& rt, const address& where, time_point deadline)
        : runtime_(rt), where_(where), deadline_(deadline) {}

    task<result<void>> open() {
        auto opened = co_await open_host(runtime_, where_, deadline_);
        if (!opened) {
            co_return opened.error();
        }
        host_ = std::move(*opened);
        co_return result<void>{};
    }

    task<result<linux_state>> read(const linux_goal& goal) {
        linux_state state;
        auto shown = co_await run(show_links_command(), {});
        if (!shown) {
            co_return shown.error();
        }
        auto links = parse_links(*shown);
        if (!links) {
            co_return links.error();
        }
        state.links = std::move(*links);
        if (!needs_disciplines(state, goal)) {
            co_return std::move(state);
        }
        shown = co_await run(show_disciplines_command(), {});
        if (!shown) {
            co_return shown.error();
        }
        auto disciplines = parse_disciplines(*shown);
        if (!disciplines) {
            co_return disciplines.error();
        }
        state.disciplines = std::move(*disciplines);
        co_return std::move(state);
    }

    /// Reads until nobody is in the middle of taking what is wanted, or has been for too long.
    task<result<linux_change>> settle(const linux_goal& goal, linux_state& state) {
        for (int look = 0;; ++look) {
            auto found = co_await read(goal);
            if (!found) {
                co_return found.error();
            }
            state = std::move(*found);
            auto change = change_to(state, where_.bridge, goal, look + 1 == linux_attempts);
            if (!change || change->unclear.empty() || look + 1 == linux_attempts) {
                co_return std::move(change);
            }
            const auto slept = co_await sleep_for(runtime_, until_it_is_settled);
            if (!slept) {
                co_return slept.error();
            }
        }
    }

    task<result<void>> carry_out(const linux_change& change) {
        const bool at_once = change.shapes.empty();
        auto done = co_await batch("ip", at_once ? change.links + change.starts : change.links);
        if (done) {
            done = co_await batch("tc", change.shapes);
        }
        if (done && !at_once) {
            done = co_await batch("ip", change.starts);
        }
        co_return std::move(done);
    }

    /// Whether the host is now as it was told to be.
    task<result<void>> verify(const linux_goal& goal) {
        auto state = co_await read(goal);
        if (!state) {
            co_return state.error();
        }
        const auto still = change_to(*state, where_.bridge, goal, true);
        if (!still) {
            co_return still.error();
        }
        if (!still->empty()) {
            const auto left = still->links + still->shapes + still->starts;
            const auto first = split_lines(left).front();
            co_return failure(errc::unsupported, "the host has taken a setting, and it is not so afterwards")
                .after_command("ip " + std::string(first))
                .advise("see whether something else there manages these devices (NetworkManager, systemd-networkd)");
        }
        co_return result<void>{};
    }

private:
    /// The standard output of a command that ended well.
    task<result<std::string>> run(std::vector<std::string> argv, std::string input) {
        const auto typed = rollover::join(argv, " ");
        const auto lines = input;
        auto ended = co_await host_->run(std::move(argv), std::move(input), deadline_);
        if (!ended) {
            co_return std::move(ended.error()).after_command(typed);
        }
        if (ended->exit_code == 0) {
            co_return std::move(ended->output);
        }
        const auto program = typed.substr(0, typed.find(' '));
        failure said_no(errc::device_rejected, fmt::format("{} ended with exit code {}", program, ended->exit_code));
        const auto line = failed_line(ended->errors, lines);
        said_no.command = line.empty() ? typed : fmt::format("{} {}", program, line);
        for (const auto& known : linux_answers) {
            if (said_no.hint.empty() && ended->errors.find(known.words) != std::string::npos) {
                said_no.code = known.code;
                said_no.hint = known.advice;
            }
        }
        said_no.device_text = std::move(ended->errors);
        co_return std::move(said_no);
    }

    task<result<void>> batch(std::string program, std::string lines) {
        if (lines.empty()) {
            co_return result<void>{};
        }
        std::vector<std::string> argv{std::move(program), "-batch", "-"};
        const auto done = co_await run(std::move(argv), std::move(lines));
        if (!done) {
            co_return done.error();
        }
        co_return result<void>{};
    }

    runtime& runtime_;
    const address& where_;
    time_point deadline_;
    std::unique_ptr<host> host_;
};

/// What has to be there again when a change of ours went wrong.
linux_goal as_before(const linux_state& before, const linux_goal& goal, const linux_change& change,
                     std::string_view prefix) {
    linux_goal back;
    back.freed = change.touched;
    const auto standing = standing_bridges(before, prefix);
    for (const auto& wanted : goal.wanted) {
        const auto found = std::ranges::find_if(standing, [&](const auto& s) { return s.what.name == wanted.name; });
        join was = found == standing.end() ? join() : found->what;
        std::erase_if(was.members, [](const attachment& at) { return at.vlan == 0; });
        if (was.members.size() + was.tunnels.size() >= 2) {
            back.wanted.push_back(std::move(was));
        } else {
            back.gone.push_back(wanted.name);
        }
    }
    return back;
}

class linux_bridges final : public crossconnect {
public:
    linux_bridges(runtime& rt, address where) : runtime_(rt), where_(std::move(where)) {}

    task<result<void>> make(std::vector<join> wanted, time_point deadline) override {
        linux_goal goal;
        goal.wanted = std::move(wanted);
        result<void> made{};
        for (int attempt = 0; attempt < linux_attempts; ++attempt) {
            made = co_await try_to_make(goal, deadline);
            // Somebody else was faster: the next look says who.
            if (made || !says_taken(made.error())) {
                break;
            }
        }
        co_return placed(std::move(made));
    }

    task<result<void>> remove(std::vector<std::string> names, time_point deadline) override {
        linux_goal goal;
        goal.gone = std::move(names);
        linux_operation work(runtime_, where_, deadline);
        auto done = co_await work.open();
        if (done) {
            done = co_await reach(work, goal);
        }
        co_return placed(std::move(done));
    }

    task<result<std::vector<join>>> list(time_point deadline) override {
        linux_operation work(runtime_, where_, deadline);
        auto done = co_await work.open();
        if (!done) {
            co_return placed(std::move(done)).error();
        }
        const linux_goal nothing;
        auto state = co_await work.read(nothing);
        if (!state) {
            co_return placed(result<void>(state.error())).error();
        }
        std::vector<join> joins;
        for (auto& standing : standing_bridges(*state, where_.bridge)) {
            standing.what.damage = rollover::join(standing.faults, "; ");
            joins.push_back(std::move(standing.what));
        }
        co_return std::move(joins);
    }

private:
    static task<result<void>> reach(linux_operation& work, const linux_goal& goal) {
        linux_state state;
        auto change = co_await work.settle(goal, state);
        if (!change) {
            co_return change.error();
        }
        auto done = co_await work.carry_out(*change);
        co_return std::move(done);
    }

    task<result<void>> try_to_make(const linux_goal& goal, time_point deadline) {
        linux_operation work(runtime_, where_, deadline);
        auto done = co_await work.open();
        if (!done) {
            co_return std::move(done);
        }
        linux_state before;
        auto change = co_await work.settle(goal, before);
        if (!change || change->empty()) {
            co_return change ? result<void>() : result<void>(change.error());
        }
        done = co_await work.carry_out(*change);
        if (done) {
            done = co_await work.verify(goal);
        }
        if (!done) {
            const auto back = as_before(before, goal, *change, where_.bridge);
            failure why = done.error();
            co_await undo(back, why);
            co_return std::move(why);
        }
        co_return std::move(done);
    }

    /// In a tree of its own, which a stop of the caller's does not reach, for some seconds at most.
    task<void> undo(const linux_goal& back, failure& why) {
        task_group tree(runtime_);
        event ended(runtime_);
        tree.spawn(go_back(back, why, ended));
        const wake woken = co_await ended.wait(runtime_.now() + undoing + undoing, cancellable::no);
        static_cast<void>(woken);
        co_await tree.join();
    }

    task<void> go_back(const linux_goal& back, failure& why, event& ended) {
        linux_operation work(runtime_, where_, runtime_.now() + undoing);
        auto done = co_await work.open();
        if (done) {
            done = co_await reach(work, back);
        }
        if (!done) {
            why.reason += fmt::format(", and what was half made could not be taken back ({})", done.error().reason);
        }
        ended.notify();
    }

    /// Adds which cross-connect it was.
    [[nodiscard]] result<void> placed(result<void> done) const {
        if (done) {
            return done;
        }
        return std::move(done.error())
            .at(fmt::format("cross-connect {} (bridges {}-...{}{})", where_.name, where_.bridge,
                            where_.host.empty() ? "" : " on ", where_.host));
    }

    runtime& runtime_;
    address where_;
};

}  // namespace

std::unique_ptr<crossconnect> make_linux_bridges(runtime& rt, address where) {
    return std::make_unique<linux_bridges>(rt, std::move(where));
}

}  // namespace rollover::crossconnect
