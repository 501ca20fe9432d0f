/* SPDX-License-Identifier: MIT */
/* Options of sockets: socket(7), unix(7). */
#include <asm/errno.h>
#include <linux/time_types.h>
#include <stddef.h>

#include "../host/clock.h"
#include "../lib/math.h"
#include "../mm/uaccess.h"
#include "socket.h"

#define BUFFER_MAX	   212992 /* net.core.wmem_max and rmem_max of Linux, whose double is set */
#define SEND_BUFFER_MIN	   4608
#define RECEIVE_BUFFER_MIN 2304
#define USEC_PER_SEC	   1000000

/* Options that are on or off; of most nothing else depends on that within one machine. */
#define BIT(option) (UINT64_C(1) << (option))
#define SWITCHES                                                                                   \
	(BIT(SO_DEBUG) | BIT(SO_REUSEADDR) | BIT(SO_DONTROUTE) | BIT(SO_BROADCAST) |               \
	 BIT(SO_KEEPALIVE) | BIT(SO_OOBINLINE) | BIT(SO_REUSEPORT) | BIT(SO_PASSCRED) |            \
	 BIT(SO_PASSSEC))

static bool is_switch(int option)
{
	return option > 0 && option < 64 && SWITCHES & BIT(option);
}

static struct __kernel_old_timeval to_timeval(uint64_t timeout)
{
	if (timeout == CLOCK_FOREVER)
		timeout = 0;
	return (struct __kernel_old_timeval){.tv_sec = timeout / NSEC_PER_SEC,
					     .tv_usec = timeout % NSEC_PER_SEC / 1000};
}

/* An option that is one number. False: it is none of those. */
static bool get_number(struct socket *socket, int option, int *value)
{
	switch (option) {
	case SO_TYPE:
		*value = socket->type;
		return true;
	case SO_DOMAIN:
		*value = socket->protocol->family;
		return true;
	case SO_PROTOCOL:
		*value = socket->protocol->number;
		return true;
	case SO_ERROR:
		*value = -socket_take_error(socket);
		return true;
	case SO_ACCEPTCONN:
		*value = socket->state == SOCKET_LISTENING;
		return true;
	case SO_SNDBUF:
		*value = socket->send_buffer;
		return true;
	case SO_RCVBUF:
		*value = socket->receive_buffer;
		return true;
	case SO_RCVLOWAT:
		*value = socket->low_water;
		return true;
	case SO_SNDLOWAT:
		*value = 1;
		return true;
	case SO_PRIORITY:
		*value = socket->priority;
		return true;
	default:
		*value = is_switch(option) && socket->switches & BIT(option);
		return is_switch(option);
	}
}

int64_t socket_put_value(uaddr_t to, uaddr_t user_bytes, const void *value, int bytes)
{
	int room;

	if (copy_from_user(&room, user_bytes, sizeof(room)) < 0)
		return -EFAULT;
	if (room < 0)
		return -EINVAL;
	bytes = min(bytes, room);
	if (copy_to_user(to, value, bytes) < 0)
		return -EFAULT;
	return copy_to_user(user_bytes, &bytes, sizeof(bytes));
}

int64_t socket_get_option(struct socket *socket, int option, uaddr_t to, uaddr_t user_bytes)
{
	struct __kernel_old_timeval time;
	int value;

	if (get_number(socket, option, &value))
		return socket_put_value(to, user_bytes, &value, sizeof(value));
	switch (option) {
	case SO_LINGER:
		return socket_put_value(to, user_bytes, socket->linger, sizeof(socket->linger));
	case SO_PEERCRED:
		return socket_put_value(to, user_bytes, &socket->credentials,
					sizeof(socket->credentials));
	case SO_RCVTIMEO_OLD:
	case SO_SNDTIMEO_OLD:
		time = to_timeval(socket->timeouts[option == SO_SNDTIMEO_OLD]);
		return socket_put_value(to, user_bytes, &time, sizeof(time));
	default:
		return -ENOPROTOOPT;
	}
}

static int set_timeout(uint64_t *timeout, uaddr_t from, int bytes)
{
	struct __kernel_old_timeval time;

	if (bytes < (int)sizeof(time))
		return -EINVAL;
	if (copy_from_user(&time, from, sizeof(time)) < 0)
		return -EFAULT;
	if (time.tv_usec < 0 || time.tv_usec >= USEC_PER_SEC)
		return -EDOM;
	if (time.tv_sec < 0)
		*timeout = 0;
	else if ((time.tv_sec == 0 && time.tv_usec == 0) ||
		 (uint64_t)time.tv_sec > CLOCK_LONGEST / NSEC_PER_SEC - 1)
		*timeout = CLOCK_FOREVER;
	else
		*timeout = time.tv_sec * NSEC_PER_SEC + time.tv_usec * 1000;
	return 0;
}

static int set_linger(struct socket *socket, uaddr_t from, int bytes)
{
	int linger[2];

	if (bytes < (int)sizeof(linger))
		return -EINVAL;
	if (copy_from_user(linger, from, sizeof(linger)) < 0)
		return -EFAULT;
	socket->linger[0] = linger[0] != 0;
	if (linger[0])
		socket->linger[1] = linger[1];
	return 0;
}

static uint32_t buffer_size(int value, uint32_t least)
{
	return max(2 * min((unsigned)value, BUFFER_MAX), least);
}

int64_t socket_set_option(struct socket *socket, int option, uaddr_t from, int bytes)
{
	int value;

	if (bytes < (int)sizeof(value))
		return -EINVAL;
	if (copy_from_user(&value, from, sizeof(value)) < 0)
		return -EFAULT;
	if (is_switch(option)) {
		socket->switches &= ~BIT(option);
		socket->switches |= value ? BIT(option) : 0;
		return 0;
	}
	switch (option) {
	case SO_SNDBUF:
		socket->send_buffer = buffer_size(value, SEND_BUFFER_MIN);
		return 0;
	case SO_RCVBUF:
		socket->receive_buffer = buffer_size(value, RECEIVE_BUFFER_MIN);
		return 0;
	case SO_RCVLOWAT:
		socket->low_water = value < 0 ? INT32_MAX : value ? value : 1;
		return 0;
	case SO_PRIORITY:
		if (value < 0 || value > 6)
			return -EPERM;
		socket->priority = value;
		return 0;
	case SO_LINGER:
		return set_linger(socket, from, bytes);
	case SO_RCVTIMEO_OLD:
	case SO_SNDTIMEO_OLD:
		return set_timeout(&socket->timeouts[option == SO_SNDTIMEO_OLD], from, bytes);
	default:
		return -ENOPROTOOPT;
	}
}
