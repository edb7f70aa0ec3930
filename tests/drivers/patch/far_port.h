// An RFC 2217 converter's port in virtual time, which a test commands: it says bytes, BREAK and modem states, suspends,
// stops reading, cuts connections; and it keeps in order what came for its device.
#pragma once

#include "drivers/transport/com_port_codec.h"
#include "drivers/transport/telnet_codec.h"
#include "engine/runtime/virtual_runtime.h"

#include <array>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace rollover::patch {

/// What came for the device: bytes as 0..255, and these.
enum came : int { break_began = 256, break_ended, dtr_on, dtr_off, rts_on, rts_off };

class far_port {
public:
    far_port(runtime& rt, endpoint at) : rt_(rt), acceptor_(rt.listen(at).value()), more_(rt), may_read_(rt) {}

    std::vector<int> heard;
    unsigned connections = 0;
    int flow = 0;        ///< as SET-CONTROL asked last: 1, 2, 3
    bool agrees = true;  ///< to RFC 2217
    bool reading = true;
    std::uint8_t state = 0;

    /// Serves one connection after the other until it is cancelled.
    task<void> serve() {
        for (;;) {
            auto taken = co_await acceptor_->accept();
            if (!taken) {
                co_return;
            }
            stream_ = std::move(*taken);
            ++connections;
            codec_ = transport::telnet_codec(transport::telnet_server_policy(agrees));
            queue_.clear();
            reading = true;
            task_group both(rt_);
            both.spawn(read(both));
            both.spawn(write());
            co_await both.join();
            stream_.reset();
        }
    }

    [[nodiscard]] bool connected() const { return stream_ != nullptr; }
    void say(std::string_view data) { put(codec_.encode_run(data)); }
    void say_break() { tell(transport::com_port_command::line_state, transport::line_state_break); }
    void say_state(std::uint8_t bits) {
        state = bits;
        tell(transport::com_port_command::modem_state, bits);
    }
    void suspend() { tell(transport::com_port_command::suspend, 0); }
    void resume() { tell(transport::com_port_command::resume, 0); }
    /// Its transmitter is full. Not while options are agreed: what is sent before BINARY is, cannot be told apart.
    void read_no_more() { reading = !connected() || !codec_.enabled(transport::telnet_side::remote, 0); }
    void read_on() {
        reading = true;
        may_read_.notify();
    }
    void cut() {
        if (stream_) {
            stream_->close();
            read_on();  // so that it sees that, and takes the next connection
        }
    }
    /// What the engine has not taken yet.
    [[nodiscard]] std::size_t waiting() const {
        std::size_t all = 0;
        for (const auto& one : queue_) {
            all += one.size();
        }
        return all;
    }
    /// The bytes of `heard`.
    [[nodiscard]] std::string text() const {
        std::string bytes;
        for (const int one : heard) {
            if (one < 256) {
                bytes += static_cast<char>(one);
            }
        }
        return bytes;
    }

private:
    void put(std::string bytes) {
        queue_.push_back(std::move(bytes));
        more_.notify();
    }
    void tell(transport::com_port_command command, std::uint32_t value) {
        transport::com_port_message m;
        m.command = command;
        m.from_server = true;
        m.value = value;
        put(transport::encode(m));
    }

    task<void> read(task_group& both) {
        std::array<char, 512> buffer{};
        for (;;) {
            while (!reading) {
                const wake why = co_await may_read_.wait();
                if (why == wake::cancelled) {
                    co_return;
                }
            }
            const auto got = co_await stream_->read_some(buffer, never);
            if (!got) {
                break;
            }
            take(std::string_view(buffer.data(), *got));
        }
        both.cancel();
    }

    task<void> write() {
        for (;;) {
            if (queue_.empty()) {
                const wake why = co_await more_.wait();
                if (why == wake::cancelled) {
                    co_return;
                }
                continue;
            }
            const std::string next = queue_.front();
            const auto done = co_await stream_->write(next, never);
            if (!done) {
                co_return;
            }
            queue_.pop_front();
        }
    }

    void take(std::string_view bytes) {
        transport::telnet_output out;
        codec_.feed(bytes, out);
        if (!out.reply.empty()) {
            put(out.reply);
        }
        std::size_t told = 0;
        const auto data_until = [&](std::size_t end) {
            for (; told < end; ++told) {
                heard.push_back(static_cast<unsigned char>(out.data[told]));
            }
        };
        for (const auto& event : out.events) {
            data_until(event.after_data);
            if (event.what == transport::telnet_event::kind::subnegotiation) {
                obey(transport::parse_com_port(event.payload).value_or(transport::com_port_message()));
            }
        }
        data_until(out.data.size());
    }

    void obey(const transport::com_port_message& wanted) {
        using transport::com_port_command;
        if (wanted.command == com_port_command::control) {
            control(static_cast<transport::com_port_control>(wanted.value));
        }
        if (wanted.command != com_port_command::signature) {
            tell(wanted.command, wanted.value);
        }
        if (wanted.command == com_port_command::modem_state_mask) {
            say_state(state);
        }
    }

    void control(transport::com_port_control value) {
        using transport::com_port_control;
        switch (value) {
            case com_port_control::break_on: heard.push_back(break_began); break;
            case com_port_control::break_off: heard.push_back(break_ended); break;
            case com_port_control::dtr_on: heard.push_back(dtr_on); break;
            case com_port_control::dtr_off: heard.push_back(dtr_off); break;
            case com_port_control::rts_on: heard.push_back(rts_on); break;
            case com_port_control::rts_off: heard.push_back(rts_off); break;
            case com_port_control::flow_none:
            case com_port_control::flow_xon_xoff:
            case com_port_control::flow_hardware: flow = static_cast<int>(value); break;
            default: break;
        }
    }

    runtime& rt_;
    std::unique_ptr<acceptor> acceptor_;
    std::unique_ptr<byte_stream> stream_;
    transport::telnet_codec codec_{transport::telnet_server_policy(true)};
    std::deque<std::string> queue_;
    event more_;
    event may_read_;
};

}  // namespace rollover::patch
