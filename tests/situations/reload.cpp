#include "tests/situations/reload.h"

namespace rollover::situations {

using namespace std::chrono_literals;

reload_script::reload_script(router& d) : device_(d) {
    device_.commands["write erase"] = [this] { erase(); };
    device_.commands["reload"] = [this] { reload(); };
    device_.commands["show startup-config"] = [this] {
        device_.say(startup ? "Using 700 out of 196600 bytes\r\n!\r\nhostname R1\r\nend\r\n\r\n"
                            : "startup-config is not present\r\n");
        device_.prompt();
    };
    device_.commands["show running-config"] = [this] {
        device_.say("Building configuration...\r\n\r\nCurrent configuration : 420 bytes\r\n!\r\nhostname " +
                    device_.host + "\r\n!\r\nend\r\n\r\n");
        device_.prompt();
    };
}

void reload_script::erase() {
    device_.ask_key("Erasing the nvram filesystem will remove all configuration files! Continue? [confirm]",
                    [this](char key) {
                        confirmed.push_back(key);
                        if (key != '\r' && key != 'y') {
                            device_.say("\r\n");
                        } else {
                            startup = false;
                            device_.say("\r\n[OK]\r\nErase of nvram: complete\r\n");
                        }
                        device_.prompt();
                    });
}

void reload_script::reload() {
    if (!modified) {
        confirm_reload();
        return;
    }
    device_.ask("\r\nSystem configuration has been modified. Save? [yes/no]: ", [this](const std::string& answer) {
        saves.push_back(answer);
        startup = startup || answer.starts_with('y');
        confirm_reload();
    });
}

void reload_script::confirm_reload() {
    device_.ask_key("Proceed with reload? [confirm]", [this](char key) {
        confirmed.push_back(key);
        if (key != '\r' && key != 'y') {
            device_.say("\r\n");
            device_.prompt();
            return;
        }
        ++reloads;
        device_.say(
            "\r\n\r\n*Mar  1 00:10:00.123: %SYS-5-RELOAD: Reload requested by console. Reload Reason: Reload "
            "Command.\r\n");
        device_.mode.clear();
        device_.host = "Router";
        device_.configured.clear();
        device_.on_key = [this](char pressed) {
            keys_while_booting.push_back(pressed);
            return true;
        };
        if (boot) {
            boot();
        } else {
            boot_plainly();
        }
    });
}

void reload_script::boot_plainly() {
    device_.say_after(2s, "\r\nSystem Bootstrap, Version 12.4(13r)T, RELEASE SOFTWARE (fc1)\r\n");
    device_.say_after(10s, "program load complete, entry point: 0x8000f000, size: 0xcb80\r\n");
    device_.say_after(20s, "Self decompressing the image : ##########################");
    device_.say_after(40s, "########## [OK]\r\n\r\n");
    device_.say_after(60s, "              Restricted Rights Legend\r\n\r\nUse, duplication, or disclosure\r\n");
    device_.after(90s, [this] { booted(); });
}

void reload_script::booted() {
    device_.on_key = nullptr;
    device_.say("\r\n\r\n         --- System Configuration Dialog ---\r\n\r\n");
    ask_setup();
}

void reload_script::ask_setup() {
    device_.ask("Would you like to enter the initial configuration dialog? [yes/no]: ",
                [this](const std::string& answer) {
                    if (answer != "no") {
                        device_.say("% Please answer 'yes' or 'no'.\r\n");
                        ask_setup();
                    } else {
                        device_.say("\r\n\r\nPress RETURN to get started!\r\n\r\n");
                    }
                });
}

}  // namespace rollover::situations
