#include "engine/activation/visit.h"

#include "drivers/console/transcript.h"
#include "engine/activation/addresses.h"
#include "engine/activation/fenced_line.h"
#include "engine/activation/hooks.h"
#include "engine/activation/identity_check.h"
#include "engine/base/text.h"
#include "engine/plan/plan.h"

#include <algorithm>
#include <utility>

namespace rollover::activation {

namespace {

/// Two connections as one: percentiles are those of the one that typed more.
console::gap_statistics together(const console::gap_statistics& a, const console::gap_statistics& b) {
    if (a.characters == 0 || b.characters == 0) {
        return a.characters == 0 ? b : a;
    }
    auto both = a.characters > b.characters ? a : b;
    both.characters = a.characters + b.characters;
    both.gaps = a.gaps + b.gaps;
    both.too_short = a.too_short + b.too_short;
    both.shortest = std::min(a.shortest, b.shortest);
    both.longest = std::max(a.longest, b.longest);
    both.total = a.total + b.total;
    both.repairs = a.repairs + b.repairs;
    both.learned = b.learned;
    return both;
}

}  // namespace

visit::visit(environment& env, const model::lab& lab, const model::device& device, std::string activation)
    : env_(env), lab_(lab), device_(device), activation_(std::move(activation)) {}

visit::~visit() {
    go_out();
}

/// One writer for each line; the box has so many connections. Who waits here does so for as long as it takes: all that
/// are in have their deadlines.
task<result<void>> visit::come_in() {
    const auto& converter = lab_.at(device_.console.line.converter);
    const auto since = env_.rt.now();
    const auto alone = co_await env_.gates->enter(env_.rt, name_of(lab_, device_.console.line), 1, never, activation_);
    if (!alone) {
        co_return alone;
    }
    const auto entered =
        co_await env_.gates->enter(env_.rt, "converter " + converter.name, converter.connections, never, activation_);
    waited_ += env_.rt.now() - since;
    is_in_ = entered.has_value();
    if (!is_in_) {
        env_.gates->leave(name_of(lab_, device_.console.line));
    }
    co_return entered;
}

void visit::go_out() {
    if (std::exchange(is_in_, false)) {
        env_.gates->leave("converter " + lab_.at(device_.console.line.converter).name);
        env_.gates->leave(name_of(lab_, device_.console.line));
    }
}

/// One try, when the box lets one more in.
task<result<std::unique_ptr<transport::line>>> visit::open_once(transport::line_address to, time_point deadline) {
    if (env_.may_act && !env_.may_act()) {
        co_return failure(errc::refused, "another service may work on this device by now");
    }
    const auto& converter = lab_.at(device_.console.line.converter);
    if (env_.gates == nullptr) {
        co_return co_await transport::open_line(env_.rt, std::move(to), deadline);
    }
    const auto in = co_await come_in();
    if (!in) {
        co_return in.error();
    }
    deadline = deadline == never ? never : deadline + waited_;
    const bool gated = !converter.host.empty();
    if (gated) {
        const auto entered =
            co_await env_.gates->enter(env_.rt, converter.host, converter.model.openings, deadline, activation_);
        if (!entered) {
            go_out();
            co_return entered.error();
        }
    }
    auto opened = co_await transport::open_line(env_.rt, std::move(to), deadline);
    if (gated) {
        env_.gates->leave(converter.host);
    }
    if (!opened) {
        go_out();
    } else if (env_.may_act) {
        opened = fence_line(std::move(*opened), env_.may_act);
    }
    co_return opened;
}

/// Somebody else holds the line: the operator may have a program that ends his session.
task<void> visit::ask_to_clear(failure busy) {
    warn(busy);
    if (env_.tell) {
        env_.tell({activation_, device_.name, stage::connecting, 0, 0, 0, busy.reason});
    }
    const auto& converter = lab_.at(device_.console.line.converter);
    hook_variables about{{"ROLLOVER_DEVICE", device_.name},
                         {"ROLLOVER_CONVERTER", converter.name},
                         {"ROLLOVER_LINE", lab_.at(device_.console.line).number},
                         {"ROLLOVER_CONVERTER_HOST", converter.host}};
    const auto ran = co_await run_hooks(env_, lab_, model::hook::moment::line_busy, activation_, "", std::move(about));
    if (!ran) {
        warn(ran.error());
    }
}

task<result<std::unique_ptr<transport::line>>> visit::open_patiently(time_point deadline) {
    auto address = line_address_of(lab_, device_);
    if (!address) {
        co_return address.error();
    }
    transport::patience how{env_.limits.patience, lab_.at(device_.console.line.converter).busy_wait,
                            [this, &address, deadline] { return open_once(*address, deadline); },
                            [this](failure busy) { return ask_to_clear(std::move(busy)); }};
    co_return co_await transport::open_line_patiently(env_.rt, std::move(how), deadline, retries_);
}

/// A line with a console and a transcript on it.
task<result<void>> visit::connect(time_point deadline) {
    const std::string name = full_name(lab_, device_);
    auto opened = co_await open_patiently(deadline);
    if (!opened) {
        co_return std::move(opened).error().at(name);
    }
    auto line = std::move(*opened);
    std::shared_ptr<console::transcript> record;
    if (!env_.folder.empty()) {
        console::transcript_options what(env_.folder / "transcripts" / (device_.name + ".cast"), name);
        auto file = co_await console::open_transcript(env_.rt, std::move(what), deadline);
        if (file) {
            record = std::move(*file);
        } else {
            warn(file.error());  // a device is not given up for want of a transcript
        }
    }
    auto options = co_await recalled_options();
    console_ =
        console::make_console(env_.rt, env_.wheel, std::move(line), std::move(options), std::move(record), own_log());
    co_return result<void>();
}

log_sink visit::own_log() const {
    return [sink = env_.log, id = activation_, device = device_.name](const log_line& one) {
        if (sink) {
            sink({one.level, id, device, one.text});
        }
    };
}

task<result<void>> visit::open(time_point deadline) {
    const std::string name = full_name(lab_, device_);
    description_ = env_.platforms.find(device_.platform);
    if (!description_) {
        co_return failure(errc::not_found, "there is no description of platform " + device_.platform)
            .at(name)
            .advise("known platforms: " + join(env_.platforms.names(), ", "));
    }
    auto who = logins_of(lab_, device_);
    if (!who) {
        co_return who.error();
    }
    auto connected = co_await connect(deadline);
    if (!connected) {
        co_return connected;
    }
    std::vector<std::string> interfaces;
    std::vector<std::string> serial_ports;
    for (const auto& one : device_.interfaces) {
        (one.line ? serial_ports : interfaces).push_back(one.name);
    }
    session_ = std::make_unique<platform::session>(env_.rt, *console_, description_, std::move(*who),
                                                   std::move(interfaces), own_log());
    session_->know_serial_ports(std::move(serial_ports));
    session_->allow_speed(device_.console.fast_baud);
    session_->forbid(plan::forbidden_on(lab_, device_.platform));
    co_return result<void>();
}

task<result<void>> visit::reopen(time_point deadline) {
    ++reconnects_;
    co_await leave_console();
    auto connected = co_await connect(deadline);
    if (!connected) {
        session_.reset();
        co_return connected;
    }
    session_->continue_on(*console_);
    co_return result<void>();
}

task<result<void>> visit::come_home(time_point deadline) {
    met_another_ = false;
    auto home = co_await session_->bring_home(deadline);
    const auto pins = readable_pins(device_, *description_);
    if (!home || pins.empty()) {
        co_return home;
    }
    const auto found = co_await session_->identify(pins, deadline);
    if (!found) {
        co_return found.error();
    }
    auto wrong = another_device(lab_, device_, pins, *found);
    if (!wrong) {
        co_return result<void>{};
    }
    met_another_ = true;
    // It belongs to somebody else, who finds it as it was left: paging on, logged out where the platform does so.
    const auto left = co_await session_->hand_over(deadline);
    if (!left) {
        warn(left.error());
    }
    co_return std::move(*wrong);
}

console::gap_statistics visit::gaps() const {
    return console_ ? together(earlier_, console_->gaps()) : earlier_;
}

/// The lab file's options, with the pace that the line has learned in earlier visits.
task<console::console_options> visit::recalled_options() {
    auto options = console_options_of(lab_, device_);
    if (env_.lines == nullptr) {
        co_return options;
    }
    const auto known = co_await env_.lines->find(lab_.name, name_of(lab_, device_.console.line));
    if (!known) {
        warn(known.error());
    } else if (*known) {
        options.pacing.learned = (*known)->last.learned;
    }
    co_return options;
}

task<void> visit::remember() {
    if (env_.lines == nullptr) {
        co_return;
    }
    const auto gaps = console_->gaps();
    line_visit one{lab_.name,     name_of(lab_, device_.console.line),
                   device_.name,  gaps.learned,
                   gaps.shortest, gaps.p50,
                   gaps.p99,      gaps.characters,
                   gaps.repairs,  retries_,
                   reconnects_};
    const auto added = co_await env_.lines->add(std::move(one));
    if (!added) {
        warn(added.error());
    }
}

/// What a line has learned is a help, never a reason to fail.
void visit::warn(const failure& why) const {
    if (env_.log) {
        env_.log({severity::warning, activation_, device_.name, describe(why)});
    }
}

task<void> visit::leave_console() {
    if (console_) {
        co_await remember();
        earlier_ = gaps();
        co_await console_->close();
        console_.reset();
        go_out();
        retries_ = reconnects_ = 0;  // the line book has them
    }
}

task<void> visit::close() {
    session_.reset();
    co_await leave_console();
}

}  // namespace rollover::activation
