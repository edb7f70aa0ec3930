// Programs of the real runtime: each in a process group of its own, of which nothing is left when we come back.
#include "engine/runtime/real_runtime.h"
#include "engine/runtime/real_runtime_state.h"

#include <array>
#include <csignal>
#include <cstring>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rollover {

namespace {

class owned_descriptor {
public:
    explicit owned_descriptor(int value = -1) : value_(value) {}
    ~owned_descriptor() { reset(); }
    owned_descriptor(const owned_descriptor&) = delete;
    owned_descriptor& operator=(const owned_descriptor&) = delete;
    void reset(int value = -1) {
        if (value_ >= 0) {
            ::close(value_);
        }
        value_ = value;
    }
    [[nodiscard]] int get() const { return value_; }

private:
    int value_;
};

struct pipe_ends {
    owned_descriptor read;
    owned_descriptor write;

    [[nodiscard]] bool open() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
            return false;
        }
        read.reset(ends[0]);
        write.reset(ends[1]);
        return true;
    }
};

/// The arguments of posix_spawnp, kept alive together.
struct spawn_strings {
    explicit spawn_strings(const process_request& request) {
        for (const auto& argument : request.argv) {
            argv.push_back(const_cast<char*>(argument.c_str()));
        }
        argv.push_back(nullptr);
        for (char** one = environ; *one != nullptr; ++one) {
            const char* equals = std::strchr(*one, '=');
            const std::string_view name(*one, equals == nullptr ? std::strlen(*one) : std::size_t(equals - *one));
            bool replaced = false;
            for (const auto& added : request.environment) {
                replaced = replaced || added.first == name;
            }
            if (!replaced) {
                envp.push_back(*one);
            }
        }
        for (const auto& [name, value] : request.environment) {
            additions.push_back(fmt::format("{}={}", name, value));
        }
        for (auto& addition : additions) {
            envp.push_back(addition.data());
        }
        envp.push_back(nullptr);
    }
    std::vector<char*> argv;
    std::vector<char*> envp;
    std::vector<std::string> additions;
};

int spawn_in_group(const process_request& request, const pipe_ends& in, const pipe_ends& out, const pipe_ends& err,
                   pid_t& child) {
    spawn_strings strings(request);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in.read.get(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out.write.get(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err.write.get(), STDERR_FILENO);
    // Sockets of Asio and of libraries are not close-on-exec; a program must not keep a console line open.
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    if (!request.folder.empty()) {
        posix_spawn_file_actions_addchdir_np(&actions, request.folder.c_str());
    }
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    const int error =
        ::posix_spawnp(&child, strings.argv[0], &actions, &attributes, strings.argv.data(), strings.envp.data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/// Reads one output to its end and keeps the first `limit` bytes, or hands all of it to `sink`.
task<void> collect(runtime& rt, int descriptor, std::size_t limit, std::string& kept,
                   const std::function<void(std::string_view)>& sink) {
    make_nonblocking(descriptor);
    auto watching = rt.watch(descriptor);
    if (!watching) {
        co_return;
    }
    auto watch = std::move(*watching);
    std::array<char, 4096> buffer{};
    for (;;) {
        const auto count = ::read(descriptor, buffer.data(), buffer.size());
        if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) {
            co_return;
        }
        if (count > 0 && sink) {
            sink({buffer.data(), static_cast<std::size_t>(count)});
            continue;
        }
        if (count > 0) {
            kept.append(buffer.data(), std::min(static_cast<std::size_t>(count), limit - std::min(limit, kept.size())));
            continue;
        }
        const auto ready = co_await watch->wait(descriptor_watch::readiness::readable, never);
        if (!ready) {
            co_return;
        }
    }
}

/// Gives the program its input; a program that does not read it all is no error.
task<void> feed(runtime& rt, owned_descriptor& pipe, std::string_view input) {
    make_nonblocking(pipe.get());
    auto watching = rt.watch(pipe.get());
    if (!watching) {
        co_return;
    }
    auto watch = std::move(*watching);
    while (!input.empty()) {
        const auto count = ::write(pipe.get(), input.data(), input.size());
        if (count >= 0) {
            input.remove_prefix(static_cast<std::size_t>(count));
            continue;
        }
        if (errno != EAGAIN && errno != EINTR) {
            break;
        }
        const auto ready = co_await watch->wait(descriptor_watch::readiness::writable, never);
        if (!ready) {
            break;
        }
    }
    watch.reset();
    pipe.reset();
}

}  // namespace

task<result<process_result>> real_runtime::run(process_request request) {
    if (request.argv.empty()) {
        co_return failure(errc::bad_input, "no program was named");
    }
    pipe_ends in;
    pipe_ends out;
    pipe_ends err;
    if (!in.open() || !out.open() || !err.open()) {
        co_return os_failure("making a pipe for " + request.argv[0], errno);
    }
    pid_t child = 0;
    const int error = spawn_in_group(request, in, out, err, child);
    if (error != 0) {
        co_return os_failure("cannot start " + request.argv[0], error);
    }
    in.read.reset();
    out.write.reset();
    err.write.reset();
    const owned_descriptor pid_descriptor(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
    process_result outcome;
    auto watching = watch(pid_descriptor.get());
    task_group io(*this);
    io.spawn(feed(*this, in.write, request.input));
    const std::function<void(std::string_view)> nobody;
    io.spawn(collect(*this, out.read.get(), request.output_limit, outcome.output, request.on_output));
    io.spawn(collect(*this, err.read.get(), request.output_limit, outcome.errors, nobody));
    result<void> ended = failure(errc::io, "the program cannot be watched");
    if (watching) {
        auto exit_watch = std::move(*watching);
        const auto deadline = now() + request.limit;
        ended = co_await exit_watch->wait(descriptor_watch::readiness::readable, deadline);
    }
    outcome.timed_out = !ended && ended.error().code == errc::timed_out;
    // The group goes as a whole, also after a normal end: what a hook left in the background would outlive us. The
    // leader is not reaped yet, so its number cannot have been given to anybody else.
    ::kill(-child, SIGKILL);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    // All that the group wrote is in the pipes by now; one that left the group may hold them open for ever.
    io.cancel();
    co_await io.join();
    outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (!ended && ended.error().code == errc::cancelled) {
        co_return ended.error();
    }
    co_return std::move(outcome);
}

}  // namespace rollover
