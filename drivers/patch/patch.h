// A patch: a null-modem cable in software. What one converter line receives goes out of the other, both ways, without
// loss and in order: data always, BREAK where a line can send one, modem signals where both lines speak RFC 2217. A
// side that takes nothing stops the reading of the other; a connection that is lost is made again for as long as the
// patch runs.
#pragma once

#include "drivers/patch/way.h"
#include "drivers/transport/line.h"
#include "engine/base/log.h"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rollover::patch {

/// One end of a patch.
struct end {
    std::string name;  ///< "r1 Serial0/0 (line cs1/9)", for messages
    transport::line_address address;
    transport::flow_control flow = transport::flow_control::none;
    bool modem_signals = true;  ///< its cable has them
    duration busy_wait{};       ///< how long a line that somebody else holds is waited for when the patch is opened
};

/// What stands about one end; its bytes are those that were received there and handed over to the other end.
struct end_counts {
    bool connected = false;
    std::uint64_t bytes = 0;
    std::uint64_t breaks = 0;       ///< received here and sent at the other end
    std::uint64_t breaks_lost = 0;  ///< the other end cannot send one
    std::uint64_t reconnects = 0;   ///< connections that were lost, and made again
    /// Bytes for this end on connections that ended before the converter acknowledged them: they may not have arrived.
    /// Nothing else is ever dropped.
    std::uint64_t dropped = 0;
};

struct counts {
    std::array<end_counts, 2> ends;
};

class patch {
public:
    /// How a line is opened: `transport::open_line`, or a stand-in of a test.
    using opener =
        std::function<task<result<std::unique_ptr<transport::line>>>(transport::line_address, time_point deadline)>;

    /// `log` may be empty; it is told of lost and new connections, and once of what the lines cannot carry.
    patch(runtime& rt, std::string name, std::array<end, 2> ends, log_sink log = {}, opener open = {});
    ~patch();
    patch(const patch&) = delete;
    patch& operator=(const patch&) = delete;

    /// Opens both lines and sets them; patient with lines that are busy or not served yet.
    /// Errors: those of `open_line`, with the patch and the end in the words; then everything is closed.
    [[nodiscard]] task<result<void>> open(time_point deadline);

    /// After `open`: carries until it is cancelled, then closes both lines. Lost connections are made again after 1 s,
    /// 2 s, ... 30 s.
    [[nodiscard]] task<void> run();

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] const end& at(std::size_t side) const { return ends_.at(side).about; }
    [[nodiscard]] counts counted() const;

private:
    struct side {
        side(runtime& rt, end e) : about(std::move(e)), more(rt), room(rt) {}
        end about;
        std::unique_ptr<transport::line> line;
        way outgoing;                                     // received at the other end, to be sent here
        event more;                                       // something was put into `outgoing`
        event room;                                       // `outgoing` is no longer full
        bool idle = false;                                // its writer waits for `more`
        std::optional<transport::modem_outputs> outputs;  // what the other end's device drives
        std::optional<failure> lost;
        end_counts counts;
    };

    [[nodiscard]] task<result<std::unique_ptr<transport::line>>> open_end(std::size_t at, time_point deadline);
    [[nodiscard]] task<void> open_into(std::size_t at, time_point deadline, std::optional<failure>& why);
    [[nodiscard]] task<void> tend(std::size_t at);
    [[nodiscard]] task<bool> open_again(std::size_t at);
    [[nodiscard]] task<void> carry(std::size_t at);
    [[nodiscard]] task<void> read(std::size_t at, task_group& both);
    [[nodiscard]] task<void> write(std::size_t at, task_group& both);
    [[nodiscard]] task<bool> wait_for_room(std::size_t at);
    [[nodiscard]] task<result<void>> send_next(std::size_t at);
    void take(std::size_t at, const transport::line_event& what, std::string_view data);
    void take_data(std::size_t at, std::string_view data);
    void put_outputs(std::size_t to, transport::modem_outputs outputs);
    void set_up(std::size_t at);
    void disconnect(std::size_t at);
    void tell_what_is_carried();
    void tell(severity level, std::string text) const;
    [[nodiscard]] side& other(std::size_t at) { return ends_[1 - at]; }

    runtime& rt_;
    std::string name_;
    std::array<side, 2> ends_;
    log_sink log_;
    opener open_;
    bool told_limits_ = false;
    bool told_breaks_ = false;
};

}  // namespace rollover::patch
