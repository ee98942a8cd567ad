// Program kafka is a Kafka broker in memory, for tests. It prints "ready", and produces the records that it reads from standard input.
// Each line is the name of a topic, a space, and the record in base64. It ends with standard input.
package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"flag"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

func main() {
	port := flag.Int("port", 0, "port to listen on, on loopback")
	topics := flag.String("topics", "", "names of topics, with commas")
	user := flag.String("user", "", "user of SCRAM-SHA-512; without it, nobody signs in")
	password := flag.String("password", "", "password of the user")
	certificate := flag.String("certificate", "", "file with the certificate for 127.0.0.1; without it, there is no TLS")
	key := flag.String("key", "", "file with the key of the certificate")
	flag.Parse()

	options := []kfake.Opt{kfake.NumBrokers(1), kfake.Ports(*port), kfake.SeedTopics(2, strings.Split(*topics, ",")...)}
	address := fmt.Sprintf("127.0.0.1:%d", *port)
	client := []kgo.Opt{kgo.SeedBrokers(address)}
	if *user != "" {
		options = append(options, kfake.EnableSASL(), kfake.Superuser("SCRAM-SHA-512", *user, *password))
		client = append(client, kgo.SASL(scram.Auth{User: *user, Pass: *password}.AsSha512Mechanism()))
	}
	if *certificate != "" {
		pair, err := tls.LoadX509KeyPair(*certificate, *key)
		check(err)
		options = append(options, kfake.TLS(&tls.Config{Certificates: []tls.Certificate{pair}}))
		// The program connects to itself.
		client = append(client, kgo.DialTLSConfig(&tls.Config{InsecureSkipVerify: true}))
	}
	cluster, err := kfake.NewCluster(options...)
	check(err)
	defer cluster.Close()
	producer, err := kgo.NewClient(client...)
	check(err)
	defer producer.Close()
	fmt.Println("ready")

	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 10<<20)
	for lines.Scan() {
		topic, text, _ := strings.Cut(lines.Text(), " ")
		value, err := base64.StdEncoding.DecodeString(text)
		check(err)
		record := &kgo.Record{Topic: topic, Value: value}
		check(producer.ProduceSync(context.Background(), record).FirstErr())
		fmt.Println("produced")
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
