#include "engine/survey/device_part.h"

#include "engine/activation/addresses.h"
#include "engine/base/text.h"

#include <algorithm>

namespace rollover::survey {

using namespace std::chrono_literals;

namespace {

constexpr duration until_links_are_up = 15s;  // after interfaces were brought up: negotiation takes some seconds
constexpr duration between_looks = 2s;

/// Whether the device was left by an error that has nothing to do with one interface.
bool ends_the_visit(const failure& f) {
    return f.code != errc::device_rejected;
}

}  // namespace

device_part::device_part(activation::environment& env, const model::lab& lab, model::device_index device,
                         std::string id)
    : env_(env),
      lab_(lab),
      device_(device),
      id_(std::move(id)),
      visit_(env, lab, lab.at(device), id_),
      answered_(failure(errc::cancelled, "stopped")) {
    const auto& interfaces = lab.at(device).interfaces;
    for (std::uint32_t i = 0; i < interfaces.size(); ++i) {
        if (interfaces[i].type == model::interface_type::ethernet) {
            interfaces_.push_back({{device, i}, failure(errc::cancelled, "stopped"), {}});
        }
    }
}

task<result<void>> device_part::ask(time_point deadline) {
    answered_ = co_await ask_at_home(deadline);
    co_return answered_;
}

task<result<void>> device_part::ask_at_home(time_point deadline) {
    const auto opened = co_await visit_.open(deadline);
    if (!opened) {
        co_return opened;
    }
    const auto& how = visit_.description().interfaces;
    if (how.commands.empty()) {
        co_return failure(errc::unsupported,
                          "platform " + visit_.description().name + " does not say how interfaces are asked for")
            .at(activation::full_name(lab_, lab_.at(device_)))
            .advise("add <interfaces> to its platform file");
    }
    const auto home = co_await visit_.come_home(deadline);
    if (!home) {
        co_return home;
    }
    auto read = co_await read_all(deadline);
    const bool any_disabled =
        std::ranges::any_of(interfaces_, [](const interface_seen& one) { return one.says && one.says->disabled; });
    if (read && any_disabled && !how.bring_up.empty()) {
        read = co_await bring_up(deadline);
    }
    co_return read;
}

task<result<void>> device_part::read_interface(interface_seen& into, time_point deadline) {
    const auto& name = lab_.at(into.which).name;
    platform::interface_state state;
    for (const auto& one : visit_.description().interfaces.commands) {
        if (one.tells_neighbors()) {
            continue;
        }
        auto command = platform::for_interface(one.command, name);
        const auto answer = co_await visit_.session().run(std::move(command), deadline);
        if (answer) {
            platform::take_interface(one, *answer, state);
        } else if (ends_the_visit(answer.error())) {
            co_return answer.error();
        } else if (!one.may_fail) {
            into.says = answer.error();
            co_return result<void>();
        }
    }
    into.says = state;
    co_return result<void>();
}

task<result<void>> device_part::read_all(time_point deadline) {
    for (auto& one : interfaces_) {
        const auto read = co_await read_interface(one, deadline);
        if (!read) {
            co_return read;
        }
    }
    co_return result<void>();
}

/// The journal knows that the device may be dirty, and how it was, before a character is typed.
task<result<void>> device_part::write_intent(time_point deadline) {
    const auto& name = lab_.at(device_).name;
    activation::record touching{activation::record_kind::touching, id_, name, "its interfaces are brought up", {}};
    const auto written = co_await env_.journal.append(std::move(touching));
    if (!written || visit_.description().how_to_erase != platform::erase_method::restore) {
        co_return written;
    }
    const auto found = co_await visit_.session().read_configuration(deadline);
    if (!found) {
        co_return found.error();
    }
    activation::record as_found{activation::record_kind::found, id_, name, join(*found, "\n"), {}};
    co_return co_await env_.journal.append(std::move(as_found));
}

task<result<void>> device_part::bring_up(time_point deadline) {
    const auto intent = co_await write_intent(deadline);
    if (!intent) {
        co_return intent;
    }
    const auto& how = visit_.description().interfaces;
    std::vector<platform::typed_line> lines;
    for (const auto& one : interfaces_) {
        for (std::size_t i = 0; one.says && one.says->disabled && i < how.bring_up.size(); ++i) {
            lines.push_back({platform::for_interface(how.bring_up[i], lab_.at(one.which).name), how.place});
        }
    }
    settle_ = how.settle;
    const auto typed = co_await visit_.session().configure(lines, deadline, nullptr);
    if (!typed) {
        co_return typed;
    }
    const auto until = std::min(deadline, env_.rt.now() + until_links_are_up);
    const auto is_coming_up = [](const interface_seen& one) {
        return one.says && (one.says->disabled || one.says->link == false);
    };
    for (;;) {
        const auto slept = co_await sleep_for(env_.rt, between_looks);
        if (!slept) {
            co_return slept;
        }
        const auto read = co_await read_all(deadline);
        if (!read || env_.rt.now() >= until || !std::ranges::any_of(interfaces_, is_coming_up)) {
            co_return read;
        }
    }
}

task<result<void>> device_part::count(time_point deadline) {
    const bool counts =
        std::ranges::any_of(interfaces_, [](const interface_seen& one) { return one.says && one.says->received; });
    if (!answered_ || !counts) {
        co_return answered_;
    }
    answered_ = co_await read_all(deadline);
    co_return answered_;
}

bool device_part::tells_neighbors() const {
    return answered_ && platform::reads(visit_.description(), platform::interface_part::neighbor);
}

task<result<void>> device_part::ask_neighbors(std::set<model::interface_reference> which, time_point deadline) {
    if (!tells_neighbors()) {
        co_return answered_;
    }
    for (auto& one : interfaces_) {
        if (one.says && which.contains(one.which)) {
            answered_ = co_await read_neighbors(one, deadline);
        }
        if (!answered_) {
            break;
        }
    }
    co_return answered_;
}

task<result<void>> device_part::read_neighbors(interface_seen& into, time_point deadline) {
    const auto& name = lab_.at(into.which).name;
    for (const auto& one : visit_.description().interfaces.commands) {
        if (!one.tells_neighbors()) {
            continue;
        }
        auto command = platform::for_interface(one.command, name);
        const auto answer = co_await visit_.session().run(std::move(command), deadline);
        if (answer) {
            platform::take_interface(one, *answer, *into.says);
        } else if (ends_the_visit(answer.error())) {
            co_return answer.error();
        }
    }
    co_return result<void>();
}

task<void> device_part::leave(time_point deadline) {
    if (visit_.is_open() && answered_) {
        const auto left = co_await visit_.session().hand_over(deadline);
        if (!left && env_.log) {
            env_.log({severity::warning, id_, lab_.at(device_).name, describe(left.error())});
        }
    }
    co_await visit_.close();
}

}  // namespace rollover::survey
