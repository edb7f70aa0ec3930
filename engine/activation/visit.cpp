#include "engine/activation/visit.h"

#include "drivers/console/transcript.h"
#include "engine/activation/addresses.h"
#include "engine/base/text.h"

#include <algorithm>

namespace rollover::activation {

visit::visit(environment& env, const model::lab& lab, const model::device& device, std::string activation)
    : env_(env), lab_(lab), device_(device), activation_(std::move(activation)) {}

visit::~visit() = default;

task<result<std::unique_ptr<transport::line>>> visit::open_patiently(time_point deadline) {
    auto address = line_address_of(lab_, device_);
    if (!address) {
        co_return address.error();
    }
    auto to = std::move(*address);
    if (to.settings_given) {
        settings_ = to.settings;
    }
    co_return co_await transport::open_line_patiently(env_.rt, std::move(to), env_.limits.patience, deadline, retries_);
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
    auto log = [sink = env_.log, id = activation_, device = device_.name](const log_line& one) {
        if (sink) {
            sink({one.level, id, device, one.text});
        }
    };
    auto options = co_await recalled_options();
    options.settings = settings_;
    console_ = console::make_console(env_.rt, env_.wheel, std::move(line), std::move(options), std::move(record), log);
    std::vector<std::string> interfaces;
    for (const auto& one : device_.interfaces) {
        interfaces.push_back(one.name);
    }
    session_ = std::make_unique<platform::session>(env_.rt, *console_, description_, std::move(*who),
                                                   std::move(interfaces), log);
    co_return result<void>();
}

console::gap_statistics visit::gaps() const {
    return console_ ? console_->gaps() : console::gap_statistics{};
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
                   gaps.repairs,  retries_};
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

task<void> visit::close() {
    session_.reset();
    if (console_) {
        co_await remember();
        co_await console_->close();
        console_.reset();
    }
}

}  // namespace rollover::activation
