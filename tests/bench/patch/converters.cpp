#include "tests/bench/patch/converters.h"

#include "drivers/transport/com_port_codec.h"
#include "drivers/transport/telnet_codec.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <deque>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rollover::bench {

namespace {

using clock = std::chrono::steady_clock;
constexpr int draining_ms = 2000;

/// What stands at `place` of every stream: all values but IAC and CR, which Telnet would change.
char byte_at(std::uint64_t place) {
    const auto value = static_cast<unsigned char>((place * 7 + place / 251) % 254);
    return static_cast<char>(value == '\r' ? 254 : value);
}

/// Agrees to all, as a converter does at the opening; later no command comes.
std::string answers(transport::telnet_codec& codec, std::string_view bytes) {
    transport::telnet_output out;
    codec.feed(bytes, out);
    std::string reply = out.reply;
    for (const auto& event : out.events) {
        auto message = transport::parse_com_port(event.payload);
        if (event.what == transport::telnet_event::kind::subnegotiation && message) {
            message->from_server = true;
            reply += transport::encode(*message);
        }
    }
    return reply;
}

struct chunk {
    std::uint64_t end;
    clock::time_point when;
};

struct line {
    int listening = -1;
    int connection = -1;
    transport::telnet_codec codec{transport::telnet_server_policy(true)};
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::deque<chunk> under_way;  // that it has sent
    clock::time_point next;
};

class far_side {
public:
    explicit far_side(const traffic& what) : what_(what), lines_(what.lines), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}

    std::vector<std::uint16_t> listen() {
        std::vector<std::uint16_t> ports;
        for (auto& one : lines_) {
            one.listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            sockaddr_in at{};
            at.sin_family = AF_INET;
            at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            socklen_t size = sizeof at;
            (void)::bind(one.listening, reinterpret_cast<sockaddr*>(&at), size);
            (void)::listen(one.listening, 4);
            (void)::getsockname(one.listening, reinterpret_cast<sockaddr*>(&at), &size);
            ports.push_back(ntohs(at.sin_port));
            watch(one.listening, &one);
        }
        return ports;
    }

    /// Serves until `begin` has something to read; then talks as long as it should.
    delivery run(int begin) {
        watch(begin, nullptr);
        while (!begun_) {
            turn(-1);
        }
        (void)::epoll_ctl(epoll_, EPOLL_CTL_DEL, begin, nullptr);
        const auto start = clock::now();
        for (std::size_t i = 0; i < lines_.size(); ++i) {  // not all at the same time
            lines_[i].next = start + what_.interval * i / lines_.size();
        }
        const auto end = start + what_.how_long;
        while (clock::now() < end) {
            send_due();
            turn(1);
        }
        for (const auto limit = clock::now() + std::chrono::milliseconds(draining_ms);
             clock::now() < limit && received_ < sent_;) {
            turn(10);
        }
        return report();
    }

private:
    void watch(int descriptor, line* whose) const {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = whose;
        (void)::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event);
    }

    void turn(int limit_ms) {
        std::array<epoll_event, 256> events{};
        const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), limit_ms);
        for (int i = 0; i < count; ++i) {
            auto* one = static_cast<line*>(events.at(static_cast<std::size_t>(i)).data.ptr);
            if (one == nullptr) {
                begun_ = true;
            } else if (one->connection < 0) {
                accept(*one);
            } else {
                read(*one);
            }
        }
    }

    void accept(line& one) const {
        one.connection = ::accept4(one.listening, nullptr, nullptr, SOCK_CLOEXEC);
        const int on = 1;
        (void)::setsockopt(one.connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        (void)::epoll_ctl(epoll_, EPOLL_CTL_DEL, one.listening, nullptr);
        watch(one.connection, &one);
    }

    void read(line& one) {
        const auto count = ::recv(one.connection, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
        if (count <= 0) {
            return;
        }
        const std::string_view bytes(buffer_.data(), static_cast<std::size_t>(count));
        if (!begun_) {
            const auto reply = answers(one.codec, bytes);
            (void)::send(one.connection, reply.data(), reply.size(), MSG_NOSIGNAL);
            return;
        }
        const auto now = clock::now();
        for (const char c : bytes) {
            wrong_ += c != byte_at(one.received++) ? 1 : 0;
        }
        received_ += bytes.size();
        auto& from = lines_[static_cast<std::size_t>(&one - lines_.data()) ^ 1U].under_way;
        while (!from.empty() && from.front().end <= one.received) {
            delays_.push_back(std::chrono::duration<float, std::micro>(now - from.front().when).count());
            from.pop_front();
        }
    }

    void send_due() {
        const auto now = clock::now();
        for (auto& one : lines_) {
            if (one.next > now) {
                continue;
            }
            one.next += what_.interval;
            const auto size = static_cast<std::size_t>(what_.bytes_a_second * what_.interval.count() / 1'000'000);
            std::string data(size, 0);
            for (std::size_t i = 0; i < size; ++i) {
                data[i] = byte_at(one.sent + i);
            }
            const auto when = clock::now();
            const auto taken = ::send(one.connection, data.data(), data.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (taken > 0) {
                one.sent += static_cast<std::size_t>(taken);
                sent_ += static_cast<std::size_t>(taken);
                one.under_way.push_back({one.sent, when});
            }
        }
    }

    delivery report() {
        std::sort(delays_.begin(), delays_.end());
        const auto at = [&](double part) {
            return delays_.empty()
                       ? 0.0
                       : static_cast<double>(
                             delays_[static_cast<std::size_t>(part * static_cast<double>(delays_.size() - 1))]);
        };
        return {sent_, received_, wrong_, at(0.5), at(0.99), at(1)};
    }

    traffic what_;
    std::vector<line> lines_;
    int epoll_;
    bool begun_ = false;
    std::array<char, 65536> buffer_{};
    std::uint64_t sent_ = 0;
    std::uint64_t received_ = 0;
    std::uint64_t wrong_ = 0;
    std::vector<float> delays_;
};

}  // namespace

converters::converters(const traffic& what) : ports_(what.lines) {
    std::array<int, 2> down{};
    std::array<int, 2> up{};
    if (::pipe(down.data()) != 0 || ::pipe(up.data()) != 0) {
        return;
    }
    const auto size = static_cast<ssize_t>(ports_.size() * sizeof(ports_[0]));
    child_ = ::fork();
    if (child_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        far_side all(what);
        const auto ports = all.listen();
        const bool told = ::write(up[1], ports.data(), static_cast<std::size_t>(size)) == size;
        const auto seen = all.run(down[0]);
        std::_Exit(told && ::write(up[1], &seen, sizeof seen) == sizeof seen ? 0 : 1);
    }
    ::close(down[0]);
    ::close(up[1]);
    to_child_ = down[1];
    from_child_ = up[0];
    if (::read(from_child_, ports_.data(), static_cast<std::size_t>(size)) != size) {
        ports_.clear();
    }
}

converters::~converters() {
    ::close(to_child_);
    ::close(from_child_);
    ::waitpid(child_, nullptr, 0);
}

void converters::begin() {
    (void)!::write(to_child_, "b", 1);
}

delivery converters::report() {
    delivery seen;
    if (::read(from_child_, &seen, sizeof seen) != sizeof seen) {
        return {};
    }
    return seen;
}

}  // namespace rollover::bench
