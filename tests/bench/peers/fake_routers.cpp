#include "tests/bench/peers/fake_routers.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <fcntl.h>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <random>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rollover::bench {

namespace {

constexpr std::int64_t tick_ns = 2'000'000;

void require(bool ok, const char* what) {
    if (!ok) {
        std::perror(what);
        std::_Exit(1);
    }
}

std::int64_t now_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

class router {
public:
    router(int socket, const router_options& how) : socket_(socket), how_(how), dice_(static_cast<unsigned>(socket)) {
        print("\r\nR1#");
    }
    ~router() { ::close(socket_); }
    router(const router&) = delete;
    router& operator=(const router&) = delete;

    [[nodiscard]] int socket() const { return socket_; }

    /// False when the client has gone.
    bool readable() {
        std::array<char, 4096> bytes{};
        const auto count = ::recv(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (count <= 0) {
            return count < 0 && errno == EAGAIN;
        }
        for (ssize_t i = 0; i < count; ++i) {
            if (how_.baud == 0) {
                take(bytes[static_cast<std::size_t>(i)]);
            } else {
                wire_.push_back(bytes[static_cast<std::size_t>(i)]);
            }
        }
        flush();
        return true;
    }

    /// What the line has carried since the last tick.
    void tick(std::int64_t now) {
        const double per_ns = how_.baud / 10.0 / 1e9;
        const auto elapsed = static_cast<double>(last_tick_ == 0 ? 0 : now - last_tick_);
        last_tick_ = now;
        in_credit_ = std::min(in_credit_ + elapsed * per_ns, 64.0);
        out_credit_ = std::min(out_credit_ + elapsed * per_ns, 64.0);
        for (; !wire_.empty() && in_credit_ >= 1; in_credit_ -= 1) {
            const char c = wire_.front();
            wire_.pop_front();
            if (how_.lost > 0 && chance_(dice_) < how_.lost) {
                continue;
            }
            if (fifo_.size() < how_.fifo) {
                fifo_.push_back(c);
            }
        }
        in_credit_ = wire_.empty() ? std::min(in_credit_, 1.0) : in_credit_;
        while (!fifo_.empty() && now >= busy_until_) {
            const char c = fifo_.front();
            fifo_.pop_front();
            take(c);
            if (c == '\r' && how_.busy_ms > 0) {
                busy_until_ = now + std::int64_t{how_.busy_ms} * 1'000'000;
            }
        }
        flush();
    }

    void flush() {
        auto most = out_.size();
        if (how_.baud != 0) {
            most = std::min(most, static_cast<std::size_t>(out_credit_));
        }
        if (most == 0) {
            out_credit_ = out_.empty() ? std::min(out_credit_, 1.0) : out_credit_;
            return;
        }
        const auto sent = ::send(socket_, out_.data(), most, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent > 0) {
            out_.erase(0, static_cast<std::size_t>(sent));
            out_credit_ -= static_cast<double>(sent);
        }
    }

    [[nodiscard]] bool is_right() const { return configured_ == how_.wanted; }

private:
    void print(std::string_view text) { out_ += text; }

    void take(char c) {
        if (c == '\x15') {  // Ctrl-U
            for (std::size_t i = 0; i < line_.size(); ++i) {
                print("\b \b");
            }
            line_.clear();
        } else if (c == '\x1a' || c == '\x03') {
            line_.clear();
            print(c == '\x1a' ? "^Z\r\nR1#" : "^C\r\nR1#");
            mode_ = mode::exec;
        } else if (c == '\r') {
            print("\r\n");
            enter();
        } else if (c != '\n' && c != '\0') {
            line_ += c;
            out_ += c;
        }
    }

    void enter() {
        const std::string line = std::move(line_);
        line_.clear();
        if (line == "end") {
            mode_ = mode::exec;
        } else if (mode_ == mode::exec) {
            mode_ = line.starts_with("conf") ? mode::config : mode::exec;
        } else if (line == "exit") {
            mode_ = mode_ == mode::interface ? mode::config : mode::exec;
        } else if (!line.empty()) {
            configured_.push_back(line);
            mode_ = line.starts_with("interface ") ? mode::interface : mode_;
        }
        print(mode_ == mode::exec ? "R1#" : mode_ == mode::config ? "R1(config)#" : "R1(config-if)#");
    }

    enum class mode { exec, config, interface };

    int socket_;
    const router_options& how_;
    mode mode_ = mode::exec;
    std::string line_;
    std::string out_;
    std::vector<std::string> configured_;
    std::deque<char> wire_;
    std::deque<char> fifo_;
    double in_credit_ = 0;
    double out_credit_ = 0;
    std::int64_t last_tick_ = 0;
    std::int64_t busy_until_ = 0;
    std::mt19937 dice_;
    std::uniform_real_distribution<double> chance_{0, 1};
};

int next_socket(int listener) {
    const int one = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    const int on = 1;
    ::setsockopt(one, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return one;
}

/// Runs until `stop` is closed; then the routers' verdict goes to `answer`.
void serve(int listener, int stop, int answer, const router_options& how) {
    const int epoll = ::epoll_create1(0);
    const auto watch = [epoll](int what) {
        epoll_event wanted{};
        wanted.events = EPOLLIN;
        wanted.data.fd = what;
        ::epoll_ctl(epoll, EPOLL_CTL_ADD, what, &wanted);
    };
    watch(listener);
    watch(stop);
    std::vector<std::unique_ptr<router>> by_socket(65536);
    std::vector<router*> all;
    unsigned right = 0;
    const auto drop = [&](int socket) {
        auto& one = by_socket[static_cast<std::size_t>(socket)];
        right += one->is_right() ? 1 : 0;
        std::erase(all, one.get());
        one.reset();
    };
    std::array<epoll_event, 512> ready{};
    std::int64_t next_tick = now_ns();
    for (bool running = true; running;) {
        const int limit = how.baud == 0 || all.empty() ? -1 : 1;
        const int count = ::epoll_wait(epoll, ready.data(), ready.size(), limit);
        for (int i = 0; i < count; ++i) {
            const int fd = ready[static_cast<std::size_t>(i)].data.fd;
            if (fd == stop) {
                running = false;
            } else if (fd == listener) {
                const int one = next_socket(listener);
                by_socket[static_cast<std::size_t>(one)] = std::make_unique<router>(one, how);
                all.push_back(by_socket[static_cast<std::size_t>(one)].get());
                watch(one);
                all.back()->flush();
            } else if (!by_socket[static_cast<std::size_t>(fd)]->readable()) {
                drop(fd);
            }
        }
        if (how.baud != 0 && now_ns() >= next_tick) {
            next_tick = now_ns() + tick_ns;
            for (auto* one : all) {
                one->tick(now_ns());
            }
        }
    }
    for (const auto* one : all) {
        right += one->is_right() ? 1 : 0;
    }
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    router_report report;
    report.right = right;
    report.cpu_seconds = static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                         static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
    require(::write(answer, &report, sizeof report) == sizeof report, "write");
    std::_Exit(0);
}

}  // namespace

fake_routers::fake_routers(const router_options& options) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    require(::bind(listener, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0, "bind");
    require(::listen(listener, 4096) == 0, "listen");
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&at), &size);
    port_ = ntohs(at.sin_port);
    std::array<int, 2> stop{};
    std::array<int, 2> answer{};
    require(::pipe2(stop.data(), O_CLOEXEC) == 0 && ::pipe2(answer.data(), O_CLOEXEC) == 0, "pipe");
    child_ = ::fork();
    require(child_ >= 0, "fork");
    if (child_ == 0) {
        ::close(stop[1]);
        serve(listener, stop[0], answer[1], options);
    }
    ::close(listener);
    ::close(stop[0]);
    ::close(answer[1]);
    stop_ = stop[1];
    answer_ = answer[0];
}

router_report fake_routers::report() {
    ::close(stop_);
    stop_ = -1;
    router_report got;
    require(::read(answer_, &got, sizeof got) == sizeof got, "read");
    return got;
}

fake_routers::~fake_routers() {
    if (stop_ >= 0) {
        ::close(stop_);
    }
    ::close(answer_);
    ::waitpid(child_, nullptr, 0);
}

}  // namespace rollover::bench
