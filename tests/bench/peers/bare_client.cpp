#include "tests/bench/peers/bare_client.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace rollover::bench {

namespace {

struct session {
    int socket = -1;
    std::size_t next = 0;
};

double seconds_now() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

int connect_to(std::uint16_t port) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(port);
    const int one = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(one, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(one, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
        std::perror("connect");
        std::exit(1);
    }
    return one;
}

}  // namespace

double bare_client(std::uint16_t port, unsigned routers, const std::vector<std::string>& lines) {
    std::vector<std::string> all{"terminal length 0", "terminal width 511", "configure terminal"};
    all.insert(all.end(), lines.begin(), lines.end());
    all.emplace_back("end");
    const double begin = seconds_now();
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    std::vector<session> sessions(routers);
    for (unsigned i = 0; i < routers; ++i) {
        sessions[i].socket = connect_to(port);
        epoll_event wanted{};
        wanted.events = EPOLLIN;
        wanted.data.u32 = i;
        ::epoll_ctl(epoll, EPOLL_CTL_ADD, sessions[i].socket, &wanted);
    }
    std::array<epoll_event, 512> ready{};
    for (unsigned left = routers; left > 0;) {
        const int count = ::epoll_wait(epoll, ready.data(), ready.size(), -1);
        for (int i = 0; i < count; ++i) {
            auto& one = sessions[ready[static_cast<std::size_t>(i)].data.u32];
            std::array<char, 4096> bytes{};
            const auto got = ::recv(one.socket, bytes.data(), bytes.size(), MSG_DONTWAIT);
            if (got <= 0 || bytes[static_cast<std::size_t>(got - 1)] != '#') {
                continue;
            }
            if (one.next == all.size()) {
                --left;
                ::close(one.socket);
                continue;
            }
            const std::string line = all[one.next++] + "\r";
            (void)!::send(one.socket, line.data(), line.size(), MSG_NOSIGNAL);
        }
    }
    ::close(epoll);
    return seconds_now() - begin;
}

}  // namespace rollover::bench
