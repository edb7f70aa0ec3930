#include "tests/situations/field.h"

#include "drivers/console/transcript.h"
#include "drivers/transport/line.h"
#include "engine/base/text.h"

namespace rollover::situations {

namespace {

constexpr duration deadline_of_a_device = 2h;
constexpr duration patience_with_a_line = 20s;  // of activation::limits

}  // namespace

std::shared_ptr<const platform::description> shipped_platform(std::string_view name) {
    static const platform::library all = [] {
        diagnostics mistakes;
        auto read = platform::library::read({"drivers/platforms"}, mistakes);
        for (const auto& m : mistakes) {
            ADD_FAILURE() << to_string(m);
        }
        return read;
    }();
    return all.find(name);
}

field::field(virtual_runtime& rt, terminal& device, field_options options)
    : runtime_(rt),
      options_(std::move(options)),
      port_(rt, options_.uart),
      line_("line cs1/1", &port_, options_.converter_baud, sim::line_faults()),
      converter_(rt, line_, options_.served, log_sink()),
      wheel_(rt) {
    line_.limit_baud(options_.fastest_baud);
    port_.attach(device);
    port_.set_baud(options_.converter_baud);
    device.wire(port_.printer());
}

field::~field() = default;

ending field::configure(const std::vector<std::string>& lines) {
    lines_.clear();
    for (const auto& text : lines) {
        lines_.push_back({text, {"topology.xml", static_cast<std::uint32_t>(lines_.size() + 10), 7}});
    }
    return carry_out(type_lines);
}

ending field::configure_cancelled(const std::vector<std::string>& lines, duration after) {
    lines_.clear();
    for (const auto& text : lines) {
        lines_.push_back({text, {"topology.xml", static_cast<std::uint32_t>(lines_.size() + 10), 7}});
    }
    return carry_out(type_lines, after);
}

ending field::run(const std::string& command) {
    command_ = command;
    return carry_out(run_command);
}

ending field::erase() {
    return carry_out(make_clean);
}

ending field::erase_cancelled(duration after) {
    return carry_out(make_clean, after);
}

ending field::send_break() {
    breaks_ = true;
    return carry_out(nothing);
}

const std::string& field::transcript() {
    return *transcript_;
}

ending field::carry_out(step what, std::optional<duration> cancel_after) {
    ending how;
    const auto started = runtime_.now();
    const auto limit = started + deadline_of_a_device + 1h;
    EXPECT_EQ(runtime_.run(root(what, how, cancel_after), limit), virtual_end::finished);
    how.taken = runtime_.now() - started;  // and two seconds more
    how.output = output_;
    return how;
}

/// The tree of one device: the converter beside it stands for the world.
task<void> field::root(step what, ending& how, std::optional<duration> cancel_after) {
    task_group world(runtime_);
    const auto listening = converter_.listen(address_);
    EXPECT_TRUE(listening);
    world.spawn(converter_.serve());
    task_group ours(runtime_);
    ours.spawn(visit(what, how));
    if (cancel_after) {
        const auto slept = co_await sleep_for(runtime_, *cancel_after);
        EXPECT_TRUE(slept);
        ours.cancel();
    }
    co_await ours.join();
    // What is on its way still arrives.
    const auto arrived = co_await sleep_for(runtime_, 2s);
    EXPECT_TRUE(arrived);
    world.cancel();
    co_await world.join();
}

task<void> field::visit(step what, ending& how) {
    const time_point deadline = runtime_.now() + deadline_of_a_device;
    transport::line_address address;
    address.protocol = options_.spoken;
    address.to = address_;
    address.settings.baud = options_.converter_baud;
    how.at = "open";
    const auto settings = address.settings;
    std::uint64_t retries = 0;
    transport::patience how_long{
        patience_with_a_line,
        patience_with_a_line,
        [this, &address, deadline] { return transport::open_line(runtime_, address, deadline); },
        {}};
    auto line = co_await transport::open_line_patiently(runtime_, std::move(how_long), deadline, retries);
    if (!line) {
        how.code = line.error().code;
        how.words = describe(line.error());
        co_return;
    }
    const auto sink = [this](const log_line& one) { log_.push_back(one.text); };
    console::console_options options;
    options.pacing = options_.pacing;
    options.settings = settings;
    options.name = "device r1 (line cs1/1)";
    auto record = console::make_memory_transcript(runtime_, transcript_);
    console_ = console::make_console(runtime_, wheel_, std::move(*line), std::move(options), std::move(record), sink);
    platform::logins who;
    who.user = options_.user;
    if (!options_.password.empty()) {
        who.password = secret(options_.password);
    }
    if (!options_.enable_password.empty()) {
        who.enable_password = secret(options_.enable_password);
    }
    auto description = options_.description ? options_.description : shipped_platform(options_.platform);
    session_ = std::make_unique<platform::session>(runtime_, *console_, std::move(description), std::move(who),
                                                   std::vector<std::string>{"FastEthernet0/0"}, sink);
    session_->allow_speed(options_.fast_baud);
    co_await opened(what, how, deadline);
    gaps_ = console_->gaps();
    session_.reset();
    co_await console_->close();
    console_.reset();
}

task<void> field::opened(step what, ending& how, time_point deadline) {
    result<void> done;
    if (breaks_) {
        how.at = "break";
        done = co_await console_->send_break(300ms);
    }
    if (done) {
        how.at = "bring home";
        done = co_await session_->bring_home(deadline);
    }
    if (done) {
        how.at = "work";
        done = co_await what(*this, deadline);
    }
    how.configured = done.has_value();
    how.code = done ? errc::internal : done.error().code;
    how.words = done ? std::string("configured") : describe(done.error());
    if (done) {
        how.at = "end";
    }
}

task<result<void>> field::type_lines(field& f, time_point deadline) {
    const std::function<void(const platform::progress&)> tell;
    auto done = co_await f.session_->raise_speed(deadline);
    if (!done) {
        co_return done;
    }
    done = co_await f.session_->configure(f.lines_, deadline, tell);
    if (!done && done.error().code == errc::cancelled) {
        co_return done;  // the session has tidied up
    }
    const auto back = co_await f.session_->restore_speed(deadline);
    co_return done ? back : done;
}

task<result<void>> field::run_command(field& f, time_point deadline) {
    std::string command = f.command_;
    auto ran = co_await f.session_->run(std::move(command), deadline);
    if (!ran) {
        co_return ran.error();
    }
    f.output_ = *ran;
    co_return result<void>();
}

task<result<void>> field::make_clean(field& f, time_point deadline) {
    const platform::configuration before;
    co_return co_await f.session_->erase(before, deadline);
}

task<result<void>> field::nothing(field& /*f*/, time_point /*deadline*/) {
    result<void> done;
    co_return done;
}

}  // namespace rollover::situations
