// A server in virtual time and one client of it that a test commands byte by byte.
#pragma once

#include "engine/runtime/virtual_runtime.h"
#include "engine/service/http_server.h"

#include <array>
#include <gtest/gtest.h>

namespace rollover::service::test {

inline const endpoint address{"127.0.0.1", 7070};

/// Says what it was asked: "METHOD path body"; for a path that begins with "/slow" after 10 s.
inline task<http_response> echo(runtime* rt, http_request request) {
    if (request.path.starts_with("/slow")) {
        const auto slept = co_await sleep_for(*rt, std::chrono::seconds(10));
        (void)slept;
    }
    http_response answer;
    answer.content_type = "text/plain";
    answer.body = request.method + " " + request.path + " " + request.body;
    co_return answer;
}

/// Reads until the connection ends or nothing has come for `patience`; " (end)" or " (open)" behind what came.
inline task<std::string> read_all(runtime& rt, byte_stream& stream, duration patience = std::chrono::seconds(3)) {
    std::string all;
    std::array<char, 4096> piece{};
    for (;;) {
        const auto count = co_await stream.read_some(piece, rt.now() + patience);
        if (!count) {
            all += count.error().code == errc::timed_out ? " (open)" : " (end)";
            co_return all;
        }
        all.append(piece.data(), *count);
    }
}

/// Writes `bytes` in pieces of `size` with `gap` between them; stops when the server takes no more.
inline task<void> write_slowly(runtime& rt, byte_stream& stream, std::string bytes, std::size_t size, duration gap) {
    for (std::size_t begin = 0; begin < bytes.size(); begin += std::min(size, bytes.size())) {
        const std::string piece = bytes.substr(begin, size);
        const auto written = co_await stream.write(piece, never);
        if (!written) {
            co_return;
        }
        const auto slept = co_await sleep_for(rt, gap);
        if (!slept) {
            co_return;
        }
    }
}

/// Runs a server around what a test does; at the end nothing of the server is left.
class served {
public:
    virtual_runtime rt;
    http_server_options options;
    http_handler handler = [this](http_request request) { return echo(&rt, std::move(request)); };
    std::vector<std::string> logged;

    using script = task<void> (*)(served&);

    void run(task<void> played) {
        options.log = [this](const log_line& line) { logged.push_back(line.text); };
        EXPECT_EQ(rt.run(around(*this, std::move(played)), time_point(std::chrono::hours(2))), virtual_end::finished);
    }

    /// What the server says to `bytes`, without its Date fields.
    std::string answer(std::string bytes, std::size_t size = std::string::npos, duration gap = {}) {
        std::string answered;
        run(ask(*this, std::move(bytes), size, gap, answered));
        return answered;
    }

    /// Ends the server now; `run` waits for it.
    void stop() { servers_->cancel(); }

    [[nodiscard]] task<std::unique_ptr<byte_stream>> connect() {
        auto connected = co_await rt.connect(address, never);
        EXPECT_TRUE(connected);
        co_return std::move(*connected);
    }

    static std::string without_dates(std::string text) {
        for (std::size_t at = text.find("Date: "); at != std::string::npos; at = text.find("Date: ", at)) {
            text.erase(at, text.find("\r\n", at) + 2 - at);
        }
        return text;
    }

private:
    static task<void> around(served& me, task<void> played) {
        auto listening = me.rt.listen(address);
        EXPECT_TRUE(listening);
        task_group servers(me.rt);
        me.servers_ = &servers;
        servers.spawn(serve(me.rt, std::move(*listening), me.handler, me.options));
        task_group client(me.rt);
        client.spawn(std::move(played));
        co_await client.join();
        EXPECT_FALSE(client.error());
        servers.cancel();
        co_await servers.join();
        EXPECT_FALSE(servers.error());
    }

    static task<void> ask(served& me, std::string bytes, std::size_t size, duration gap, std::string& answered) {
        auto stream = co_await me.connect();
        task_group writing(me.rt);
        writing.spawn(write_slowly(me.rt, *stream, std::move(bytes), size, gap));
        auto all = co_await read_all(me.rt, *stream, std::chrono::seconds(40));
        answered = without_dates(std::move(all));
        stream->close();
        writing.cancel();
        co_await writing.join();
    }

    task_group* servers_ = nullptr;
};

/// An answer of `echo` as it stands on the wire, without its Date.
inline std::string echoed(const std::string& body, const std::string& fields = {}) {
    return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
           fields + "\r\n" + body;
}

}  // namespace rollover::service::test
