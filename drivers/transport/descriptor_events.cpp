#include "drivers/transport/descriptor_events.h"

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <cerrno>
#include <fcntl.h>
#include <system_error>

namespace rollover::transport {

namespace asio = boost::asio;
using watched_descriptor = asio::posix::basic_stream_descriptor<asio::any_io_executor>;

struct descriptor_events::state : std::enable_shared_from_this<state> {
    state(runtime& rt, int copy) : watched(rt.executor(), copy), reader(rt), writer(rt) {}

    void arm(watched_descriptor::wait_type kind, bool& armed) {
        if (armed) {
            return;
        }
        armed = true;
        // The completion may come after the owner is gone.
        auto on_ready = [weak = weak_from_this(),
                         &armed](const boost::system::error_code& /*looked at by the waiter*/) {
            if (const auto self = weak.lock()) {
                armed = false;
                self->reader.notify();
                self->writer.notify();
            }
        };
        watched.async_wait(kind, std::move(on_ready));
    }

    watched_descriptor watched;
    event reader;
    event writer;
    bool read_armed = false;
    bool write_armed = false;
};

descriptor_events::descriptor_events(std::shared_ptr<state> shared) : state_(std::move(shared)) {}

descriptor_events::~descriptor_events() = default;

result<std::unique_ptr<descriptor_events>> descriptor_events::make(runtime& rt, int descriptor) {
    const int copy = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) {
        return failure(errc::io, "watching a connection: " + std::generic_category().message(errno));
    }
    return std::unique_ptr<descriptor_events>(new descriptor_events(std::make_shared<state>(rt, copy)));
}

task<result<void>> descriptor_events::wait(role who, bool for_writing, time_point deadline) {
    const auto shared = state_;
    shared->arm(watched_descriptor::wait_read, shared->read_armed);
    if (for_writing) {
        shared->arm(watched_descriptor::wait_write, shared->write_armed);
    }
    event& mine = who == role::reader ? shared->reader : shared->writer;
    const wake why = co_await mine.wait(deadline);
    if (why == wake::cancelled) {
        co_return failure(errc::cancelled, "stopped while waiting for the SSH server");
    }
    if (why == wake::timed_out) {
        co_return failure(errc::timed_out, "the SSH server did not answer in time");
    }
    co_return result<void>();
}

void descriptor_events::nudge(role who) {
    (who == role::reader ? state_->reader : state_->writer).notify();
}

}  // namespace rollover::transport
