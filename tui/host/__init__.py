"""The process that owns one agent: its child, terminal, parser, timers and files.

    __main__    the guardian: a few lines that outlive a killed host and clear up after it
    main        start-up of the host proper, its signals and its end
    agent       holds the state, performs the effects of `tui.core.reduce`
    launching   what a run begins with: session, prompt, files, program
    run         one life of a child, from spawn to reaped exit
    feeds       from its bytes to facts: lines of a stream, or an emulated screen
    follow      from files that its CLI writes to facts
    journal     the event log and who listens to it
    publish     status, meter and screen, on disk and to listeners
    server      the socket, connections, frames
    morning     tells what quiet hours held back, when they are over
    sweep       ends what a dead host left behind

Nothing is imported before it is needed: a host is up in a tenth of a second and there are as many as agents.
"""
