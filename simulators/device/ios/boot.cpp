// Power, boot loader and ROM monitor. Texts: transcripts of a 2811 with IOS 12.4 in public Cisco documents.
#include "simulators/device/ios/router.h"

#include <array>
#include <fmt/format.h>

namespace rollover::sim::ios {
namespace {

using namespace std::chrono_literals;

struct step {
    duration before;
    std::string_view text;
};

constexpr std::array<step, 9> steps{{
    {2s,
     "\nSystem Bootstrap, Version 12.4(13r)T, RELEASE SOFTWARE (fc1)\n"
     "Technical Support: http://www.cisco.com/techsupport\n"
     "Copyright (c) 2006 by cisco Systems, Inc.\n"},
    {3s, "Initializing memory for ECC\n.\n"},
    {3s,
     "platform with 262144 Kbytes of main memory\n"
     "Main memory is configured to 64 bit mode with ECC enabled\n\n"},
    {4s, "Readonly ROMMON initialized\nprogram load complete, entry point: 0x8000f000, size: 0xcb80\n"},
    {6s, "program load complete, entry point: 0x8000f000, size: 0x2af04c4\nSelf decompressing the image : "},
    {10s, "############################"},
    {10s, "############################"},
    {10s, " [OK]\n\n"},
    {12s,
     "              Restricted Rights Legend\n\n"
     "Use, duplication, or disclosure by the Government is\n"
     "subject to restrictions as set forth in subparagraph\n"
     "(c) of the Commercial Computer Software - Restricted\n"
     "Rights clause at FAR sec. 52.227-19.\n\n"
     "           cisco Systems, Inc.\n"
     "           170 West Tasman Drive\n"
     "           San Jose, California 95134-1706\n\n"},
}};
constexpr std::size_t image_step = 4;    // the monitor is ready, and an image would be loaded
constexpr std::size_t break_window = 5;  // steps in which a BREAK stops the boot
constexpr duration last_wait = 20s;

}  // namespace

router::router(runtime& rt, device_options options, output print, const fabric& network)
    : runtime_(rt),
      options_(std::move(options)),
      network_(network),
      dice_(options_.seed),
      later_(rt),
      terminal_(later_, std::move(print)),
      configuration_(options_.interfaces) {
    if (options_.booted) {
        power_ = power::up;
        found(options_.found_in);
    }
}

duration router::scaled(duration usual) const {
    return std::chrono::duration_cast<duration>(usual * options_.time_scale);
}

void router::power_on() {
    terminal_.reset();
    boot();
}

void router::boot() {
    later_.clear();
    terminal_.deaf();
    if (options_.set_speed) {
        options_.set_speed(0);  // that of the configuration register, until the configuration is read
    }
    power_ = power::booting;
    configuration_ = configuration(options_.interfaces);
    kept_.config_register = kept_.next_register;
    const bool reads_nvram = startup_ && !kept_.ignores_nvram();
    auto lines = reads_nvram ? *startup_ : configuration_.lines();
    for (const config_line& vlan : kept_.vlans) {
        section_of(lines, vlan.text) = vlan;
    }
    configuration_.load(std::move(lines));
    kept_.key = reads_nvram ? kept_.saved_key : std::string();
    modified_ = false;
    busy_until_ = {};
    idle_watch_ = 0;
    boot_step(0);
}

void router::boot_step(std::size_t step) {
    if (step == steps.size()) {
        later_.after(scaled(last_wait), [this] { booted(); });
        return;
    }
    const auto wait = std::chrono::duration_cast<duration>(scaled(steps[step].before) * options_.boot_factor);
    later_.after(wait, [this, step] {
        say(steps[step].text);
        rommon_line_ = step < break_window ? 1 : 0;
        if (step + 1 == image_step && kept_.stays_in_rommon()) {
            power_ = power::rommon;
            rommon_prompt();
            return;
        }
        boot_step(step + 1);
    });
}

// From the monitor's prompt: the register is that of the last reset.
void router::load_image() {
    later_.clear();
    terminal_.deaf();
    power_ = power::booting;
    boot_step(image_step);
}

void router::booted() {
    power_ = power::up;
    rommon_line_ = 0;
    started_ = runtime_.now();
    say(version_report() + "\n");
    apply_line_settings();
    if (startup_ && !kept_.ignores_nvram()) {
        announce_links();
        press_return("\n\nPress RETURN to get started!\n\n\n");
    } else {
        setup_dialog();
    }
}

void router::announce_links() {
    for (const std::string& name : configuration_.interface_names()) {
        if (configuration_.is_up(name)) {
            link_changed(name, true);
        }
    }
    log_later(5s, "%SYS-5-CONFIG_I: Configured from memory by console");
    log_later(6s, "%SYS-5-RESTART: System restarted --\n" +
                      std::string("Cisco IOS Software, 2800 Software (C2800NM-ADVENTERPRISEK9-M), Version 12.4(15)T1"));
}

void router::input_break() {
    // A running router ignores it (configuration register 0x2102); the boot loader listens for it in its first minute.
    if (power_ != power::booting || rommon_line_ == 0) {
        return;
    }
    later_.clear();
    power_ = power::rommon;
    say("\nmonitor: command \"boot\" aborted due to user interrupt\n");
    rommon_prompt();
}

void router::rommon_prompt() {
    terminal_.ask(fmt::format("rommon {} > ", rommon_line_++),
                  [this](const std::string& line) { rommon_command(line); });
}

void router::rommon_command(const std::string& line) {
    if (line == "boot") {
        say("\n");
        load_image();
        return;
    }
    if (line == "reset" || line == "i") {
        say("\n");
        boot();
        return;
    }
    const std::string_view confreg = "confreg ";
    const auto wanted =
        line.starts_with(confreg) ? register_from(std::string_view(line).substr(confreg.size())) : std::nullopt;
    if (wanted) {
        kept_.next_register = *wanted;
        say("\nYou must reset or power cycle for new config to take effect\n");
    } else if (!line.empty()) {
        say(fmt::format("monitor: command \"{}\" not found\n", line.substr(0, line.find(' '))));
    }
    rommon_prompt();
}

// A router as the last user left it. Nothing is printed: what stood on the screen went by long ago.
void router::found(const std::string& state) {
    level_ = level::privileged;
    const bool has_interface = !configuration_.interface_names().empty();
    if (state == "config" || state == "half-typed" || state == "pager" || state == "exec") {
        configuration_.line("hostname R99", 0);
        configuration_.line("no ip domain-lookup", 0);
        if (has_interface) {
            configuration_.enter_interface(configuration_.interface_names().front());
            configuration_.line("ip address 192.0.2.77 255.255.255.0", 0);
            configuration_.line("no shutdown", 0);
        }
        modified_ = true;
    }
    if (state == "config") {
        level_ = level::configuring;
        read_command({}, true);
    } else if (state == "half-typed") {
        read_command("show interfaces descri", true);
    } else if (state == "pager") {
        terminal_.page(configuration_.text(), [this] { done(); }, true);
    } else if (state == "exec") {
        level_ = level::user;
        read_command({}, true);
    } else if (state == "login") {
        const bool by_user = !options_.user.empty();
        if (by_user) {
            configuration_.line(fmt::format("username {} privilege 15 secret {}", options_.user, options_.password), 0);
        }
        configuration_.line("line console 0", 0);
        if (!by_user) {
            configuration_.line("password " + options_.password, 0);
        }
        configuration_.line(by_user ? "login local" : "login", 0);
        configuration_.enter();
        startup_ = configuration_.lines();
        terminal_.wait_for_return([this] { login(); });
    } else {
        setup_dialog(true);
    }
    apply_line_settings();
}

std::string router::startup_configuration() const {
    return startup_ ? render(*startup_) : std::string();
}

bool router::is_clean() const {
    return !startup_ && kept_.is_clean() &&
           configuration_.text() == render(configuration::factory(options_.interfaces));
}

}  // namespace rollover::sim::ios
