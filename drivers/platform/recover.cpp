#include "drivers/platform/recover.h"

#include "drivers/platform/procedure.h"
#include "engine/base/text.h"

#include <algorithm>
#include <fmt/chrono.h>
#include <fmt/format.h>

namespace rollover::platform {
namespace {

constexpr duration glance = std::chrono::milliseconds(250);  // a countdown of U-Boot is two seconds long
constexpr duration pause = std::chrono::milliseconds(20);

/// Ends in the boot loader's state.
class stop_the_boot final : public machine {
public:
    stop_the_boot(dialogue_context& c, duration wait)
        : context_(c),
          how_(*c.how->recover),
          wait_(wait),
          loader_(state_named(c, how_.until)),
          starts_({how_.match}, pattern_set::match::anywhere) {}

    [[nodiscard]] action advance(const dialogue_event& e) override {
        switch (e.what) {
            case dialogue_event::kind::begin: return begin(e.now);
            case dialogue_event::kind::typed:
            case dialogue_event::kind::sent_break: return try_to_stop();
            default: return hear(e);
        }
    }
    [[nodiscard]] std::string doing() const override {
        return starting_since_ ? "stopping the boot loader" : "waiting for the device to start anew";
    }

private:
    action begin(time_point now) {
        // Until the loader is caught, whatever is known of the device is of its life before.
        context_.position.reset();
        context_.booting = true;
        context_.met = true;
        context_.host.clear();
        context_.believed.clear();
        context_.candidate_open = false;
        context_.committed.reset();
        context_.told_speed = 0;
        began_ = now;
        return action::listen(pause, glance);
    }

    action hear(const dialogue_event& e) {
        const auto starts = [this](const std::string& line) { return starts_.any(line); };
        if (!e.open_line.empty() || !e.lines.empty()) {
            words_ = e.open_line.empty() ? e.lines.back() : e.open_line;
        }
        const auto prompt = context_.prompt_of(e.open_line);
        if (prompt && prompt->state == loader_) {
            context_.position = loader_;
            context_.open_line = e.open_line;
            context_.booting = false;
            return action::done();
        }
        // What comes first may be an old boot, out of the converter's buffer.
        if (e.now - began_ > glance && !starting_since_ &&
            (std::any_of(e.lines.begin(), e.lines.end(), starts) || starts(e.open_line))) {
            starting_since_ = e.now;
            context_.note(severity::info, "the device starts; its boot loader is being stopped");
            next_try_ = e.now;
        }
        if (!starting_since_) {
            return e.now - began_ < wait_ ? action::listen(pause, glance) : action::fail(did_not_start());
        }
        if (e.now - *starting_since_ >= how_.limit) {
            return action::fail(was_not_stopped());
        }
        if (e.now < next_try_) {
            return action::listen(pause, std::min<duration>(glance, next_try_ - e.now));
        }
        next_try_ = e.now + how_.every;
        typed_ = 0;
        return how_.sends_break ? action::send_break() : try_to_stop();
    }

    /// The keys one after the other, then a look at what came of them.
    action try_to_stop() {
        if (typed_ == how_.type.size()) {
            return action::listen(pause, glance);
        }
        auto key = keystroke_action(context_, how_.type[typed_++]);
        if (!key) {
            return action::fail(key.error());
        }
        key->how.echo_expected = key->how.verified = false;  // a loader may not even listen
        return std::move(*key);
    }

    [[nodiscard]] failure did_not_start() const {
        return failure(errc::device_state, fmt::format("the device did not start anew within {}",
                                                       std::chrono::duration_cast<std::chrono::seconds>(wait_)))
            .said(printable(words_))
            .advise(
                "its power was not switched off and on, its console is silent, or its boot shows nothing that "
                "<interrupt> of "
                "the platform file matches; look at the transcript");
    }

    [[nodiscard]] failure was_not_stopped() const {
        return failure(errc::device_state, fmt::format("the boot could not be stopped within {}; it was tried with {}",
                                                       std::chrono::duration_cast<std::chrono::seconds>(how_.limit),
                                                       how_.sends_break ? "BREAK" : "a key"))
            .said(printable(words_))
            .advise(how_.sends_break
                        ? "try whether the converter passes BREAK on, and whether the device takes it "
                          "(\"no service password-recovery\" forbids it)"
                        : "look at the transcript; the device may have been told not to listen while it starts");
    }

    dialogue_context& context_;
    const recovery& how_;
    duration wait_;
    std::size_t loader_;
    pattern_set starts_;
    time_point began_{};
    std::optional<time_point> starting_since_;
    time_point next_try_{};
    std::size_t typed_ = 0;
    std::string words_;
};

}  // namespace

machine_ptr make_recover(dialogue_context& c, duration wait) {
    parts p;
    if (!c.how->recover) {
        p.push_back([&c] {
            return std::make_unique<decision>([&c]() -> result<void> {
                return failure(errc::unsupported, fmt::format("platform {} has no <recover>", c.how->name))
                    .advise("recover the device by hand as its vendor says, then run: rollover deactivate");
            });
        });
        return in_order(std::move(p));
    }
    p.push_back([&c, wait] { return std::make_unique<stop_the_boot>(c, wait); });
    add_steps(c, c.how->recover->steps, p);
    p.push_back([&c] { return make_bring_home(c); });
    return in_order(std::move(p));
}

}  // namespace rollover::platform
