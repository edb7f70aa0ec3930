// rollover patch: carries the serial links of an activation. `activate` runs it with --detach.
#include "apps/commands.h"

#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <iostream>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rollover::apps {

namespace {

std::string text_of(const text_report& report) {
    std::string text;
    for (const auto& one : report.problems) {
        text += one.text + "\n";
    }
    return text;
}

void to_nowhere(std::initializer_list<int> descriptors) {
    const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    for (const int one : descriptors) {
        ::dup2(nowhere, one);
    }
    ::close(nowhere);
}

/// What the child tells the parent, once: that it carries, or why it does not.
class word_to_parent {
public:
    explicit word_to_parent(int pipe) : pipe_(pipe) {}

    void carrying() {
        // From here on it lives on its own; before, it goes with whoever waits for it.
        ::prctl(PR_SET_PDEATHSIG, 0);
        say("0");
    }
    void failed(const text_report& report) { say(std::to_string(static_cast<int>(report.how)) + text_of(report)); }

private:
    void say(const std::string& text) {
        if (pipe_ >= 0 && ::write(pipe_, text.data(), text.size()) < 0) {
            std::_Exit(1);  // nobody waits any more
        }
        ::close(pipe_);
        pipe_ = -1;
    }
    int pipe_;
};

int carry_in_child(const common_options& common, const std::string& id, int pipe, pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) {
        return 1;
    }
    ::setsid();
    to_nowhere({STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO});
    word_to_parent word(pipe);
    call_options how;
    how.stop_on_signals = true;
    const auto report = common.make_engine().carry(id, how, [&word] { word.carrying(); });
    word.failed(report);
    return static_cast<int>(report.how);
}

/// Waits for the child's word; it is the exit code, then the problems.
int wait_for_child(int pipe, pid_t child) {
    std::string word;
    std::array<char, 4096> buffer{};
    for (;;) {
        const auto count = ::read(pipe, buffer.data(), buffer.size());
        if (count <= 0) {
            break;
        }
        word.append(buffer.data(), static_cast<std::size_t>(count));
    }
    if (word == "0") {
        return 0;
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (word.empty()) {
        std::cerr << "the process that should carry the patches ended without a word\n";
        return static_cast<int>(answer::failed);
    }
    std::cerr << word.substr(1);
    return word[0] - '0';
}

/// Before any thread is made: only such a process may fork and go on.
int carry_detached(const common_options& common, const std::string& id) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        std::cerr << "no pipe can be made\n";
        return static_cast<int>(answer::failed);
    }
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child < 0) {
        std::cerr << "no process can be made\n";
        return static_cast<int>(answer::failed);
    }
    if (child == 0) {
        ::close(ends[0]);
        std::_Exit(carry_in_child(common, id, ends[1], parent));
    }
    ::close(ends[1]);
    return wait_for_child(ends[0], child);
}

int carry_here(const common_options& common, const std::string& id) {
    call_options how;
    how.stop_on_signals = true;
    const auto report = common.make_engine().carry(
        id, how, [&id] { std::cout << "carrying the patches of " << id << "; Ctrl-C ends that" << std::endl; });
    print(report.problems);
    return static_cast<int>(report.how);
}

}  // namespace

void add_patch_command(CLI::App& app, common_options& common) {
    auto id = std::make_shared<std::string>();
    auto detach = std::make_shared<bool>(false);
    auto* patch = app.add_subcommand(
        "patch", "Carries the serial links of an activation; activate begins with it, deactivate ends it");
    patch->add_option("ID", *id, "The activation, as `rollover status` names it")->required();
    patch->add_flag("--detach", *detach, "Comes back when all lines are open, and goes on in a process of its own");
    add_state_option(*patch, common);
    patch->add_option("--converters", common.converters, "A folder of more converter models; may be repeated");
    patch->footer(
        "To be run by hand only where the process that carried them was lost, by a restart of the machine for "
        "instance.\n"
        "Exit codes: 0 done, 1 a line cannot be opened, or another process carries them; 2 there are no such patches.");
    patch->callback(
        [id, detach, &common] { common.exit_code = *detach ? carry_detached(common, *id) : carry_here(common, *id); });
}

}  // namespace rollover::apps
