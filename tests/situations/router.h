// A router as Cisco's command reference describes its console: modes, prompts, the editing keys. It knows no command
// but those that change the mode; what else matters is a script's. Source: Cisco IOS Configuration Fundamentals
// Configuration Guide, "Using the Cisco IOS Command-Line Interface" (modes and their prompts, Ctrl-U, Ctrl-Z, Ctrl-C)
// and Command Reference ("configure terminal", "end", "exit", "hostname").
#pragma once

#include "tests/situations/terminal.h"

namespace rollover::situations {

class router : public terminal {
public:
    explicit router(virtual_runtime& rt, std::string name = "R1") : terminal(rt), host(std::move(name)) {}

    // --- its state, free for scripts to set ---

    std::string host;
    /// "": at "Press RETURN"; "user"; "exec"; "config", "config-if", ... as in the prompt
    std::string mode = "exec";
    std::string enable_password;  ///< empty: none is asked for
    bool line_ends_printed = true;

    /// Whole lines that the script answers itself, prompt and all; tried first in every mode.
    std::map<std::string, std::function<void()>> commands;
    /// How a prompt is printed; empty: as the mode has it.
    std::function<void(const std::string& prompt)> print_prompt;
    /// After a line was accepted as configuration; before the prompt.
    std::function<void(const std::string& line)> on_configured;

    /// The configuration that was accepted, blanks around each line removed, in order. Navigation ("end", "exit") is
    /// none.
    std::vector<std::string> configured;
    /// Lines entered in exec mode.
    std::vector<std::string> executed;

    void prompt();
    [[nodiscard]] std::string prompt_text() const;
    [[nodiscard]] bool configuring() const { return mode.starts_with("config"); }
    /// Prints what an unknown command gets.
    void reject();
    /// Logs out: "R1 con0 is now available".
    void log_out();

protected:
    void command(const std::string& line) override;
    void control(char character) override;

private:
    void in_exec(const std::string& line);
    void in_configuration(const std::string& line);
};

}  // namespace rollover::situations
