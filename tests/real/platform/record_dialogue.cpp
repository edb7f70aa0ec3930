// Holds dialogues with a real program and records them as a capture for tests/captures. For people who write or change
// a platform file; not part of the test run.
//     record_dialogue PLATFORM.xml OUT.txt (HOST:PORT | pty:COMMAND) USER PASSWORD INTERFACES PROCEDURE...
// A procedure is one of: home, read, erase, hand-over, run=COMMAND, configure=FILE, key=TEXT (left on the line as it
// is).
#include "drivers/console/screen.h"
#include "drivers/platform/keys.h"
#include "drivers/platform/procedure.h"
#include "engine/base/text.h"
#include "tests/support/capture.h"

#include <arpa/inet.h>
#include <chrono>
#include <cstdio>
#include <netinet/in.h>
#include <poll.h>
#include <pty.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace {

using namespace rollover;
using namespace rollover::platform;

int connect_to(const std::string& where) {
    const auto colon = where.rfind(':');
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(where.substr(colon + 1))));
    inet_pton(AF_INET, where.substr(0, colon).c_str(), &to.sin_addr);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
        std::perror(where.c_str());
        std::exit(1);
    }
    return fd;
}

int start(const std::string& command) {
    int fd = -1;
    if (forkpty(&fd, nullptr, nullptr, nullptr) == 0) {
        execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
        _exit(127);
    }
    return fd;
}

/// The real world with a recorder; the only place where a clock is read, since this is a tool of its own.
class recorder {
public:
    recorder(int fd, const std::string& file) : fd_(fd), out_(std::fopen(file.c_str(), "w")) {}
    ~recorder() { std::fclose(out_); }

    void remark(const std::string& text) { std::fprintf(out_, "# %s\n", text.c_str()); }

    dialogue_event type(const std::string& bytes, bool secret) {
        flush();
        if (!bytes.empty()) {
            std::fprintf(out_, "> %s\n", rollover::test::escaped(secret ? "secret\r" : bytes).c_str());
        }
        for (const char c : bytes) {
            if (write(fd_, &c, 1) != 1) {
                break;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(3));
        }
        dialogue_event came;
        came.what = dialogue_event::kind::typed;
        came.now = now();
        return came;
    }

    dialogue_event listen(const action& a) {
        dialogue_event came;
        came.what = dialogue_event::kind::heard;
        const auto end = now() + a.limit;
        bool any = false;
        for (auto until = end; now() < until; until = any ? std::min(end, now() + a.quiet) : end) {
            pollfd p{fd_, POLLIN, 0};
            const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(until - now()).count() + 1;
            char bytes[4096];
            const auto got = poll(&p, 1, static_cast<int>(wait)) == 1 ? read(fd_, bytes, sizeof bytes) : 0;
            if (got <= 0) {
                break;
            }
            any = true;
            received_.append(bytes, static_cast<std::size_t>(got));
            screen_.feed({bytes, static_cast<std::size_t>(got)});
        }
        came.heard = !any ? console::heard::nothing : now() >= end ? console::heard::chatter : console::heard::quiet;
        auto seen = screen_.take(true);
        came.lines = std::move(seen.lines);
        came.open_line = std::move(seen.open_line);
        came.now = now();
        return came;
    }

    void flush() {
        if (!received_.empty()) {
            std::fprintf(out_, "< %s\n", rollover::test::escaped(received_).c_str());
        }
        received_.clear();
    }

    static time_point now() { return time_point(std::chrono::steady_clock::now().time_since_epoch()); }

private:
    int fd_;
    std::FILE* out_;
    std::string received_;
    console::screen screen_{20'000};
};

std::string hold(recorder& world, machine& m) {
    dialogue_event came;
    came.now = recorder::now();
    for (;;) {
        const auto next = m.advance(came);
        if (next.ends()) {
            world.flush();
            if (next.what == action::kind::failed) {
                std::fprintf(stderr, "%s\n", describe(*next.why).c_str());
            }
            return next.what == action::kind::done ? "done" : std::string(name_of(next.why->code));
        }
        came = next.what == action::kind::type ? world.type(next.text + (next.how.enter ? "\r" : ""), next.how.secret)
                                               : world.listen(next);
    }
}

std::vector<typed_line> lines_of(const std::string& file) {
    std::vector<typed_line> lines;
    std::ifstream in(file);
    std::uint32_t number = 0;
    for (std::string text; std::getline(in, text);) {
        lines.push_back({text, {file, ++number, 1}});
    }
    return lines;
}

}  // namespace

int main(int count, char** arguments) {
    const std::vector<std::string> given(arguments + 1, arguments + count);
    if (given.size() < 7) {
        std::fprintf(
            stderr, "record_dialogue PLATFORM.xml OUT (HOST:PORT|pty:COMMAND) USER PASSWORD INTERFACES PROCEDURE...\n");
        return 2;
    }
    std::ifstream in(given[0]);
    const std::string xml((std::istreambuf_iterator<char>(in)), {});
    diagnostics mistakes;
    auto read = read_description(xml, given[0], mistakes);
    for (const auto& m : mistakes) {
        std::fprintf(stderr, "%s\n", to_string(m).c_str());
    }
    if (!read) {
        return 2;
    }
    dialogue_context c;
    c.how = std::make_shared<const description>(std::move(*read));
    c.match = c.how->compiled;
    c.who.user = given[3];
    c.who.password = secret(given[4]);
    c.who.enable_password = secret(given[4]);
    for (const auto name : split_lines(given[5])) {
        c.interfaces.emplace_back(name);
    }
    c.note = [](severity, const std::string& text) { std::fprintf(stderr, "note: %s\n", text.c_str()); };
    // What a replay needs to know (tests/drivers/platform/replay_test.cpp).
    recorder world(given[2].starts_with("pty:") ? start(given[2].substr(4)) : connect_to(given[2]), given[1]);
    world.remark("platform: " + c.how->name);
    world.remark("login: " + given[3]);
    for (const auto& name : c.interfaces) {
        world.remark("interface: " + name);
    }
    configuration before;
    std::vector<typed_line> lines;
    for (std::size_t i = 6; i < given.size(); ++i) {
        const auto& p = given[i];
        const auto value = p.substr(std::min(p.size(), p.find('=') + 1));
        world.remark("procedure: " + p);
        if (p.starts_with("key=")) {
            const auto keys = decode_keys(value);
            static_cast<void>(world.type(keys ? *keys : value, false));
            static_cast<void>(world.listen(action::listen(std::chrono::milliseconds(500), std::chrono::seconds(2))));
            world.flush();
            c.position.reset();
            c.met = false;
            c.host.clear();
            continue;
        }
        machine_ptr m;
        if (p == "home") {
            m = make_bring_home(c);
        } else if (p == "read") {
            m = make_read(c);
        } else if (p == "erase") {
            m = make_erase(c, before);
        } else if (p == "hand-over") {
            m = make_hand_over(c);
        } else if (p.starts_with("configure=")) {
            lines = lines_of(value);
            for (const auto& l : lines) {
                world.remark("line: " + l.text);
            }
            m = make_configure(c, lines, nullptr);
        } else {
            m = make_run(c, value);
        }
        const auto ended = hold(world, *m);
        world.remark("result: " + ended);
        std::printf("%s: %s\n%s\n", p.c_str(), ended.c_str(), c.output.c_str());
        if (p == "read" && before.empty()) {
            before = c.read;
        }
    }
    return 0;
}
