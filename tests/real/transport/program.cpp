#include "tests/real/transport/program.h"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rollover::transport::real {

using namespace std::chrono_literals;

std::string find_program(const std::string& name) {
    const char* path = std::getenv("PATH");
    std::istringstream folders(std::string(path != nullptr ? path : "") + ":/usr/sbin:/sbin:/usr/bin");
    for (std::string folder; std::getline(folders, folder, ':');) {
        const std::string candidate = folder + "/" + name;
        if (::access(candidate.c_str(), X_OK) == 0) {
            return candidate;
        }
    }
    return {};
}

std::uint16_t free_port() {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    EXPECT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&at), size), 0);
    EXPECT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&at), &size), 0);
    ::close(listener);
    return ntohs(at.sin_port);
}

scratch_folder::scratch_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "rollover-test-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
}

scratch_folder::~scratch_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::string scratch_folder::write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    std::filesystem::permissions(folder_ / name,
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    return path(name);
}

std::string scratch_folder::read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(folder_ / name).rdbuf();
    return text.str();
}

program::program(std::vector<std::string> argv, const std::string& log) {
    std::vector<char*> arguments;
    for (auto& one : argv) {
        arguments.push_back(one.data());
    }
    arguments.push_back(nullptr);
    const pid_t parent = ::getpid();
    id_ = ::fork();
    if (id_ != 0) {
        return;
    }
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    const int in = ::open("/dev/null", O_RDONLY);
    ::dup2(in, 0);
    ::dup2(out, 1);
    ::dup2(out, 2);
    if (::getppid() == parent) {
        ::execv(arguments[0], arguments.data());
    }
    ::_exit(127);
}

program::~program() {
    stop();
}

void program::stop() {
    if (id_ <= 0) {
        return;
    }
    ::kill(-id_, SIGTERM);
    ::kill(id_, SIGTERM);
    for (int i = 0; i < 200; ++i) {
        if (::waitpid(id_, nullptr, WNOHANG) != 0) {
            ::kill(-id_, SIGKILL);  // what it may have left behind
            id_ = -1;
            return;
        }
        ::usleep(10000);
    }
    ::kill(-id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
    id_ = -1;
}

namespace {

task<void> run_into(real_runtime& rt, process_request request, std::string& output) {
    const auto ended = co_await rt.run(std::move(request));
    EXPECT_TRUE(ended);
    if (ended) {
        EXPECT_EQ(ended->exit_code, 0) << ended->errors;
        output = ended->output;
    }
}

/// Whether /proc/net/tcp has a listener on the port. Its format: proc_pid_net(5).
bool is_listened_on(std::uint16_t port) {
    std::ifstream table("/proc/net/tcp");
    const std::string wanted = fmt::format(":{:04X} 00000000:0000 0A ", port);
    for (std::string row; std::getline(table, row);) {
        if (row.find(wanted) != std::string::npos) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::string run(real_runtime& rt, std::vector<std::string> argv, std::string input) {
    process_request request;
    request.argv = std::move(argv);
    request.input = std::move(input);
    std::string output;
    rt.run(run_into(rt, std::move(request), output));
    return output;
}

task<bool> appears(runtime& rt, std::string path) {
    for (int i = 0; i < 500; ++i) {
        if (std::filesystem::exists(path)) {
            co_return true;
        }
        const auto slept = co_await sleep_for(rt, 20ms);
        if (!slept) {
            break;
        }
    }
    co_return false;
}

task<bool> listens(runtime& rt, std::uint16_t port) {
    for (int i = 0; i < 500; ++i) {
        if (is_listened_on(port)) {
            co_return true;
        }
        const auto slept = co_await sleep_for(rt, 20ms);
        if (!slept) {
            break;
        }
    }
    co_return false;
}

task<result<void>> type(runtime& rt, line& to, std::string text) {
    for (const char c : text) {
        for (;;) {
            const auto sent = to.try_send(c);
            if (!sent) {
                co_return sent.error();
            }
            if (*sent == send_result::sent) {
                break;
            }
            auto ready = co_await to.writable(rt.now() + 10s);
            if (!ready) {
                co_return ready;
            }
        }
    }
    co_return result<void>();
}

task<std::string> until(runtime& rt, line& from, std::string mark, duration patience) {
    const time_point limit = rt.now() + patience;
    std::string text;
    while (text.find(mark) == std::string::npos) {
        std::array<char, 512> buffer{};
        const auto got = co_await from.receive(buffer, limit);
        if (!got) {
            text += "{" + std::string(name_of(got.error().code)) + "}";
            break;
        }
        if (const auto* data = std::get_if<data_received>(&*got)) {
            text.append(buffer.data(), data->bytes);
        }
    }
    co_return text;
}

}  // namespace rollover::transport::real
