# docker build -t communique . && docker run -p 8000:8000 -v communique:/data communique

FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements.txt requirements-build.txt ./
# The final environment has no pip: the pip of this stage installs into it.
RUN python3 -m venv --without-pip /opt/communique
RUN python3 -m pip --python /opt/communique/bin/python3 install --no-cache-dir --require-hashes -r requirements.txt
RUN python3 -m venv /opt/build && /opt/build/bin/python3 -m pip install --no-cache-dir --require-hashes -r requirements-build.txt
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY migrations migrations
COPY data data
RUN /opt/build/bin/python3 -m hatchling build -t wheel -d /opt/wheels
RUN python3 -m pip --python /opt/communique/bin/python3 install --no-cache-dir --no-deps --no-index /opt/wheels/*.whl

FROM python:3.11-slim
RUN python3 -m pip uninstall --yes --root-user-action=ignore pip \
    && useradd --system --uid 10001 --home-dir /data communique \
    && install -d -o communique -g communique /data
COPY --from=build /opt/communique /opt/communique
ENV PATH=/opt/communique/bin:$PATH \
    COMMUNIQUE_HOST=0.0.0.0 \
    COMMUNIQUE_DATABASE_URL=sqlite:////data/communique.db
# The number of the user above: Kubernetes cannot check a name.
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python3", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["communique", "serve"]
