/* SPDX-License-Identifier: MIT */
/* What the cases about Internet sockets share. All is on a loopback interface, on ports that are
 * chosen by the kernel: the machine that runs the tests has others. */
#ifndef INET_H
#define INET_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#define ADDRESS(socket_address) (struct sockaddr *)(socket_address), sizeof(*(socket_address))

/* 127.0.0.1 or another address, and a port. */
struct sockaddr_in inet_address(const char *ip, int port);

/* The port that a socket is bound to. */
int inet_port(int fd);

/* A socket that is bound to a chosen port of 127.0.0.1. */
int inet_bound(int type);

/* The same that listens. */
int inet_listener(int backlog);

/* Connects to a port of 127.0.0.1. */
int inet_connect(int fd, int port);

/* Two ends of a connection: that which began it, and that which was accepted. */
void inet_pair(int ends[2]);

/* What poll(2) tells of an fd, asked for everything. */
int inet_poll(int fd);

/* SO_ERROR. */
int inet_error(int fd);

/* show_received(), after a while if it must be. */
void inet_show_next(int fd, size_t bytes);

/* Waits until poll(2) tells of some events, and shows all. */
void inet_show_poll(int fd, int events);

#endif
