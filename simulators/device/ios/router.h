// A Cisco router with IOS 12.4 on its console: boots, asks its first questions, logs in, takes commands and
// configurations. Written from the vendor's documents and from transcripts; shares nothing with the platform files of
// the engine.
#pragma once

#include "simulators/device/factory.h"
#include "simulators/device/ios/configuration.h"
#include "simulators/device/ios/kept.h"
#include "simulators/device/ios/terminal.h"
#include "simulators/device/random.h"
#include "simulators/device/timeline.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rollover::sim::ios {

class router final : public simulated_device {
public:
    /// `rt` and `network` must outlive it.
    router(runtime& rt, device_options options, output print, const fabric& network);

    void power_on() override;
    void input(char character) override {
        last_input_ = runtime_.now();
        terminal_.input(character);
    }
    void input_break() override;
    [[nodiscard]] time_point busy_until() const override { return busy_until_; }

    [[nodiscard]] std::string running_configuration() const override { return configuration_.text(); }
    [[nodiscard]] std::string startup_configuration() const override;
    [[nodiscard]] bool is_clean() const override;
    [[nodiscard]] bool has_address(std::string_view interface, std::string_view ipv4) const override;
    [[nodiscard]] std::optional<std::string> hardware_address(std::string_view interface) const override;
    void count_received(std::string_view interface, std::uint64_t frames) override;
    void hear(std::string_view interface, const announcement& who) override;
    [[nodiscard]] std::optional<announcement> announced(std::string_view interface) const override;

    /// What an exec command gets: its arguments as the parser took them.
    using arguments = std::vector<std::string>;

private:
    friend struct exec_commands;
    enum class level { user, privileged, configuring };
    enum class power { off, booting, rommon, up };

    // boot.cpp
    void boot();
    void boot_step(std::size_t step);
    void booted();
    void load_image();
    void rommon_prompt();
    void rommon_command(const std::string& line);
    void announce_links();
    void found(const std::string& state);

    // dialogs.cpp
    void setup_dialog(bool silently = false);
    void setup_answer(const std::string& answer);
    void management_setup();
    void management_answer(const std::string& answer);
    void ask_hostname();
    void ask_secret(const std::string& hostname);
    void ask_selection(const std::string& hostname, const std::string& secret);
    void selection_answer(const std::string& hostname, const std::string& secret, const std::string& answer);
    void ask_autoinstall();
    void autoinstall_answer(const std::string& answer);
    void press_return(std::string_view text);
    void login();
    void ask_username();
    void check_user(const std::string& user, const std::string& password);
    void ask_line_password();
    void login_failed(std::string_view text, terminal::action again);
    void enter_exec(bool privileged);
    void log_out();
    void watch_idleness();

    // console.cpp
    [[nodiscard]] std::string prompt() const;
    void read_command(std::string with = {}, bool silently = false);
    void on_key(key_event event, const std::string& text);
    void show_help(const std::string& text);
    void complete(const std::string& text);
    void run(const std::string& line, bool then_leave);
    void run_exec(const std::string& line, std::size_t prompt_length);
    void run_config(const std::string& line, bool then_leave);
    void after_config(const config_answer& answer);
    void keep(config_answer& answer);
    void leave_config();
    void read_banner(const config_answer& answer);
    void unknown_word(const std::string& word);
    void say(std::string_view text) { terminal_.say(text); }
    void log(std::string_view mnemonic_and_text);
    void log_later(duration after, std::string text);
    void link_changed(const std::string& interface, bool up);
    void done() { read_command(); }
    void show(std::string text);

    // exec.cpp: commands
    void configure_terminal(const arguments&);
    void configure_asked(const arguments&);
    void enable(const arguments&);
    void check_enable(const std::string& stored, bool secret, int tries);
    void disable(const arguments&);
    void leave(const arguments&);
    void terminal_length(const arguments& a);
    void terminal_width(const arguments& a);
    void ignore(const arguments&);
    void undebug(const arguments&);
    void telnet(const arguments& a);
    void write_memory(const arguments&);
    void save(terminal::action then);
    void copy_run_start(const arguments&);
    void copy_start_run(const arguments&);
    void erase(const arguments&);
    void reload(const arguments&);
    void reload_save(const std::string& answer);
    void reload_confirm();
    void reload_now();
    void delete_file(const arguments& a);
    void list_file(const arguments& a);
    void setup(const arguments&);
    void ping(const arguments& a);
    struct ping_run;
    void ping_next(ping_run run);
    void ping_end(const ping_run& run);
    [[nodiscard]] bool reaches(std::string_view ipv4) const;

    // show.cpp
    void show_version(const arguments&);
    void show_running(const arguments&);
    void show_running_part(const arguments& a);
    void show_startup(const arguments&);
    void show_cdp_neighbors(const arguments&);
    void show_cdp_neighbors_of(const arguments& a);
    void show_ip_interface_brief(const arguments&);
    void show_ip_route(const arguments&);
    void show_interfaces(const arguments& a);
    void show_clock(const arguments&);
    void show_history(const arguments&);
    void show_privilege(const arguments&);
    void show_vlans(const arguments&);
    void show_keys(const arguments&);
    [[nodiscard]] std::string burned_in_address(const std::string& name) const;
    [[nodiscard]] std::string interface_report(const std::string& name) const;
    [[nodiscard]] std::string serial_number() const;
    [[nodiscard]] std::string version_report() const;

    [[nodiscard]] std::string clock(bool with_zone) const;
    [[nodiscard]] duration scaled(duration usual) const;
    [[nodiscard]] std::string lab_name(std::string_view interface) const;
    void apply_line_settings();

    runtime& runtime_;
    const device_options options_;
    const fabric& network_;
    random_bits dice_;
    timeline later_;  ///< everything that is planned; a reload clears it
    terminal terminal_;
    configuration configuration_;
    std::map<std::string, std::uint64_t, std::less<>> received_;   ///< frames, by interface
    std::multimap<std::string, announcement, std::less<>> heard_;  ///< by interface; they are not forgotten
    std::optional<std::vector<config_line>> startup_;              ///< nothing: NVRAM is empty
    power power_ = power::off;
    level level_ = level::user;
    bool modified_ = false;  ///< changed since it was saved
    kept_apart kept_;
    int tries_ = 0;
    int rommon_line_ = 0;
    time_point started_{};  ///< of the running software, for its clock
    time_point busy_until_{};
    time_point last_input_{};
    std::uint64_t idle_watch_ = 0;  ///< number of the planned look at `last_input_`, 0: none
    std::string filter_;            ///< what stands behind the bar of a show command
    std::string banner_text_;
};

}  // namespace rollover::sim::ios
