// A way to a database that is cut at the worst moment: with the COMMIT on its way there, or with its answer on the way
// back.
#pragma once

#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace rollover::store {

class cutting_proxy {
public:
    enum class moment { never, before_commit, after_commit };

    /// To a server on 127.0.0.1. One connection at a time.
    explicit cutting_proxy(std::uint16_t server) : server_(server) {
        listening_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        auto here = local(0);
        socklen_t size = sizeof here;
        if (bind(listening_, as_address(here), size) == 0 && listen(listening_, 4) == 0 &&
            getsockname(listening_, as_address(here), &size) == 0) {
            port_ = ntohs(here.sin_port);
        }
        thread_ = std::thread([this] { serve(); });
    }
    ~cutting_proxy() {
        ended_ = true;
        shutdown(listening_, SHUT_RDWR);
        thread_.join();
        close(listening_);
    }
    cutting_proxy(const cutting_proxy&) = delete;
    cutting_proxy& operator=(const cutting_proxy&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// The next COMMIT is cut so, once.
    void cut(moment when) { when_ = when; }

private:
    static sockaddr_in local(std::uint16_t port) {
        sockaddr_in out{};
        out.sin_family = AF_INET;
        out.sin_port = htons(port);
        out.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return out;
    }
    static sockaddr* as_address(sockaddr_in& a) { return reinterpret_cast<sockaddr*>(&a); }

    void serve() {
        while (!ended_) {
            const int client = accept(listening_, nullptr, nullptr);
            const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            auto there = local(server_);
            if (client >= 0 && connect(server, as_address(there), sizeof there) == 0) {
                carry(client, server);
            }
            close(server);
            if (client >= 0) {
                close(client);
            }
        }
    }
    void carry(int client, int server) {
        std::array<char, 65536> bytes{};
        bool deaf = false;  // what the server says is heard, and not passed on
        while (!ended_) {
            std::array<pollfd, 2> both{{{client, POLLIN, 0}, {server, POLLIN, 0}}};
            if (poll(both.data(), both.size(), 50) <= 0) {
                continue;
            }
            if (both[0].revents != 0) {
                const auto n = read(client, bytes.data(), bytes.size());
                const bool commits =
                    n > 0 && std::string_view(bytes.data(), static_cast<std::size_t>(n)).find("COMMIT") !=
                                 std::string_view::npos;
                const moment how = commits ? when_.exchange(moment::never) : moment::never;
                if (n <= 0 || how == moment::before_commit ||
                    write(server, bytes.data(), static_cast<std::size_t>(n)) != n) {
                    return;
                }
                deaf = how == moment::after_commit;
            }
            if (both[1].revents != 0) {
                const auto n = read(server, bytes.data(), bytes.size());
                if (n <= 0 || deaf || write(client, bytes.data(), static_cast<std::size_t>(n)) != n) {
                    return;
                }
            }
        }
    }

    std::uint16_t server_;
    std::uint16_t port_ = 0;
    int listening_ = -1;
    std::atomic<moment> when_{moment::never};
    std::atomic<bool> ended_{false};
    std::thread thread_;
};

}  // namespace rollover::store
