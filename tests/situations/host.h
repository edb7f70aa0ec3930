// A Linux host with a shell on its serial console: prompt, exit status, open quotes, an agetty in front.
// Source: POSIX.1-2017, Shell & Utilities 2.5.3 (PS1, PS2, $?); login(1) and agetty(8) of util-linux.
#pragma once

#include "tests/situations/terminal.h"

namespace rollover::situations {

class host : public terminal {
public:
    explicit host(virtual_runtime& rt) : terminal(rt) {}

    // --- its state, free for scripts to set ---

    bool open_quote = false;  ///< at PS2
    bool logged_in = true;
    std::string name = "h1";

    /// Whole lines that the script answers itself; it sets `status` and prints no prompt.
    std::map<std::string, std::function<void()>> commands;
    int status = 0;

    std::vector<std::string> ran;  ///< lines that the shell has carried out

    void prompt();

protected:
    void command(const std::string& line) override;
    void control(char character) override;

private:
    void assign(const std::string& line);

    std::string ps1_ = "root@h1:~# ";
    std::string kept_;
};

}  // namespace rollover::situations
