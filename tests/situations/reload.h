// What "write erase" and "reload" do on a router, until its setup asks its first question.
// Source: Cisco IOS Configuration Fundamentals Command Reference, "write erase", "reload"; the bytes of a reload are of
// unicon.plugins, mock_data/ios/ios_mock_reload.yaml.
#pragma once

#include "tests/situations/router.h"

namespace rollover::situations {

class reload_script {
public:
    /// Puts the commands into `d`, which must outlive it.
    explicit reload_script(router& d);
    reload_script(const reload_script&) = delete;
    reload_script& operator=(const reload_script&) = delete;

    // --- what a test sets ---

    /// From the last [confirm] on; calls `booted` when it is done. Empty: an ordinary boot of a minute and a half.
    std::function<void()> boot;
    bool modified = true;  ///< it asks whether to save before it reloads

    /// The boot has ended: the setup asks. Keys count again.
    void booted();

    // --- what a test looks at ---

    bool startup = true;             ///< there is a startup configuration
    std::string confirmed;           ///< the keys at [confirm]
    std::vector<std::string> saves;  ///< answers to "Save?"
    std::string keys_while_booting;  ///< each of them could stop the boot
    unsigned reloads = 0;

private:
    void erase();
    void reload();
    void confirm_reload();
    void boot_plainly();
    void ask_setup();

    router& device_;
};

}  // namespace rollover::situations
